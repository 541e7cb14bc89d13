package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    TypeGuesses guesses = new TypeGuesses();
    long count = 0;
    try (Records records = open(file, stream)) {
      while (count < most && records.look(guesses)) {
        if (++count % 10_000 == 0) {
          cancellation.check();
        }
      }
      return new FileScan(columns(records.columns(), guesses, stream), count, null);
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

  private static List<SourceColumn> columns(
      List<String> names, TypeGuesses guesses, FileStream stream) {
    List<SourceColumn> columns = new ArrayList<>(own());
    for (int i = 0; i < names.size(); i++) {
      ColumnType declared = stream.types().get(names.get(i));
      ColumnType type = declared == null ? guesses.at(i).type() : declared;
      columns.add(SourceColumn.of(safe(names.get(i)), type));
    }
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
