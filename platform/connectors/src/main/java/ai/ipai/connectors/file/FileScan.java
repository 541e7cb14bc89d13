package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first of two readings of a file: its columns with types that fit every value, or why it is
 * broken.
 *
 * @param broken null if the file can be read to its end
 */
record FileScan(List<SourceColumn> columns, long records, @Nullable BrokenFile broken) {
  static final String FILE = "_ipai_file";
  static final String LINE = "_ipai_line";

  static FileScan of(Path file, FileStream stream, long most, Cancellation cancellation) {
    Map<String, TypeGuess> guesses = new LinkedHashMap<>();
    long count = 0;
    try (Records records = open(file, stream)) {
      for (@Nullable Object[] values = records.next();
          values != null && count < most;
          values = records.next()) {
        List<String> names = records.columns();
        for (int i = 0; i < values.length; i++) {
          guesses
              .computeIfAbsent(names.get(i), name -> new TypeGuess())
              .see(values[i], records.isText());
        }
        if (++count % 10_000 == 0) {
          cancellation.check();
        }
      }
      records.columns().forEach(name -> guesses.computeIfAbsent(name, n -> new TypeGuess()));
      return new FileScan(columns(guesses, stream), count, null);
    } catch (BrokenFile e) {
      return new FileScan(List.of(), count, e);
    } catch (IOException e) {
      return new FileScan(List.of(), count, FileFailures.of(e, 0));
    }
  }

  static Records open(Path file, FileStream stream) throws IOException {
    return switch (stream.formatOf(file.getFileName().toString())) {
      case CSV -> new CsvRecords(FileInput.open(file), stream);
      case NDJSON, JSON -> new JsonRecords(FileInput.open(file));
      case PARQUET -> new ParquetRecords(file);
      case XLSX -> new XlsxRecords(file, stream);
    };
  }

  private static List<SourceColumn> columns(Map<String, TypeGuess> guesses, FileStream stream) {
    List<SourceColumn> columns = new ArrayList<>(own());
    guesses.forEach(
        (name, guess) -> {
          ColumnType declared = stream.types().get(name);
          ColumnType type = declared == null ? guess.type() : declared;
          columns.add(SourceColumn.of(safe(name), type));
        });
    return List.copyOf(columns);
  }

  /** The columns that tell where a row came from. */
  static List<SourceColumn> own() {
    return List.of(
        new SourceColumn(FILE, ColumnType.TEXT, "Path below the folder"),
        new SourceColumn(LINE, ColumnType.BIGINT, "Line, or number of the record"));
  }

  /** A column of the file cannot pass for one of ours. */
  private static String safe(String name) {
    return name.equals(FILE) || name.equals(LINE) ? "x" + name : name;
  }
}
