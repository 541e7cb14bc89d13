package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What looking through a file, or through its beginning, tells: its columns and what their values
 * are, or why it is broken.
 *
 * @param names of the file's own columns
 * @param isWhole whether it was looked through to its end
 * @param broken null if it can be read as far as it was
 */
record FileScan(
    List<String> names, TypeGuesses guesses, boolean isWhole, @Nullable BrokenFile broken) {
  static final String FILE = "_ipai_file";
  static final String LINE = "_ipai_line";
  private static final int TICK = 1_000;
  private static final int CELL_BYTES = 4;

  /** Of at most so many records; calls {@code tick} now and then. */
  static FileScan of(Path file, FileStream stream, long most, Runnable tick) {
    TypeGuesses guesses = new TypeGuesses();
    List<String> names = List.of();
    boolean more = true;
    try (Records records = open(file, stream)) {
      names = records.columns();
      long allowed = allowedBytes(file) / CELL_BYTES;
      // Before anything is unpacked: reading a bomb to its limit takes the memory it is made to
      // take.
      if (records.promised() > allowed / Math.max(1, names.size())) {
        throw bomb();
      }
      for (long count = 0; more && count < most; count++) {
        more = records.look(guesses);
        if (count % TICK == 0) {
          tick.run();
          if (count * Math.max(1, names.size()) > allowed) {
            throw bomb();
          }
        }
      }
      return new FileScan(List.copyOf(names), guesses, !more, null);
    } catch (BrokenFile e) {
      return new FileScan(names, guesses, false, e);
    } catch (IOException e) {
      return new FileScan(names, guesses, false, FileFailures.of(e, 0));
    }
  }

  /** What a file of this size may unpack to. */
  static long allowedBytes(Path file) throws IOException {
    return Math.max(FileInput.ALWAYS_ALLOWED_BYTES, Files.size(file) * FileInput.MAX_RATIO);
  }

  static BrokenFile bomb() {
    return new BrokenFile("unpacks to far more than such a file should hold", 0);
  }

  static Records open(Path file, FileStream stream) throws IOException {
    return switch (stream.formatOf(file.getFileName().toString())) {
      case CSV -> new CsvRecords(FileInput.open(file), stream);
      case NDJSON, JSON -> new JsonRecords(FileInput.open(file));
      case PARQUET -> new ParquetRecords(file);
      case XLSX -> new XlsxRecords(file, stream);
    };
  }

  /**
   * Columns as the file alone has them: declared types win; a column without any value says nothing
   * and is what the table has already.
   */
  List<SourceColumn> columns(FileStream stream, Map<String, ColumnType> landed) {
    List<SourceColumn> columns = new ArrayList<>(own());
    for (int i = 0; i < names.size(); i++) {
      String name = safe(names.get(i));
      ColumnType declared = stream.types().get(names.get(i));
      ColumnType seen = guesses.at(i).seen();
      ColumnType otherwise = landed.getOrDefault(name, ColumnType.TEXT);
      ColumnType type = declared != null ? declared : seen != null ? seen : otherwise;
      columns.add(SourceColumn.of(name, type));
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
  static String safe(String name) {
    return name.equals(FILE) || name.equals(LINE) ? "x" + name : name;
  }
}
