package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Settings;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a file connector: a set of files of one shape.
 *
 * @param glob below the folder, such as {@code sales/*.csv.gz}
 * @param format null to go by the file's ending
 * @param delimiter of CSV; empty to go by the first line
 * @param header whether the first line of CSV or the first row of a sheet holds names
 * @param sheet of XLSX; empty for the first
 * @param types declared ones, which win over concluded ones
 */
record FileStream(
    String name,
    String glob,
    @Nullable FileFormat format,
    Optional<Character> delimiter,
    Charset encoding,
    boolean header,
    String sheet,
    List<String> key,
    Map<String, ColumnType> types) {

  static FileStream of(String name, Settings options) {
    return new FileStream(
        name,
        options.text("glob"),
        options.findText("format").map(word -> format(options, word)).orElse(null),
        options.findText("delimiter").map(text -> delimiter(options, text)),
        options
            .findText("encoding")
            .map(text -> charset(options, text))
            .orElse(StandardCharsets.UTF_8),
        options.flag("header", true),
        options.text("sheet", ""),
        options.texts("key"),
        types(options.mapping("types")));
  }

  private static FileFormat format(Settings options, String word) {
    for (FileFormat format : FileFormat.values()) {
      if (format.name().equals(word.toUpperCase(Locale.ROOT))) {
        return format;
      }
    }
    throw options.fault("format", "is unknown", "csv, ndjson, json, parquet or xlsx");
  }

  private static char delimiter(Settings options, String text) {
    String plain = text.equals("\\t") || text.equals("tab") ? "\t" : text;
    if (plain.length() != 1) {
      throw options.fault("delimiter", "is not one character", "such as ';' or tab");
    }
    return plain.charAt(0);
  }

  private static Charset charset(Settings options, String text) {
    try {
      return Charset.forName(text);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw options.fault("encoding", "is unknown", "such as UTF-8, windows-1252 or UTF-16");
    }
  }

  private static Map<String, ColumnType> types(Settings types) {
    Map<String, ColumnType> declared = new LinkedHashMap<>();
    for (String column : types.values().keySet()) {
      String word = types.text(column).toUpperCase(Locale.ROOT);
      try {
        declared.put(column, ColumnType.valueOf(word));
      } catch (IllegalArgumentException e) {
        throw types.fault(
            column,
            "is not a type",
            "text, bigint, numeric, double, boolean, date, timestamp, timestamptz or json");
      }
    }
    return declared;
  }

  FileFormat formatOf(String fileName) {
    return format != null ? format : FileFormat.ofName(fileName);
  }
}
