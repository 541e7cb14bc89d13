package ai.ipai.connectors.file;

import java.util.Locale;

/** What can be read. */
enum FileFormat {
  CSV,
  NDJSON,
  JSON,
  PARQUET,
  XLSX;

  /** By the ending, {@code .gz} aside; unknown ones are taken as CSV. */
  static FileFormat ofName(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    String ending = plain.substring(plain.lastIndexOf('.') + 1);
    return switch (ending) {
      case "ndjson", "jsonl" -> NDJSON;
      case "json" -> JSON;
      case "parquet" -> PARQUET;
      case "xlsx" -> XLSX;
      default -> CSV;
    };
  }
}
