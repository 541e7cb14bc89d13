package ai.ipai.connectors.example;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One diary. It has one stream, {@code entries}, whose cursor is the number of lines read. */
final class ExampleConnector implements Connector {
  static final List<SourceColumn> COLUMNS =
      List.of(
          SourceColumn.of("id", ColumnType.BIGINT),
          SourceColumn.of("time", ColumnType.TIMESTAMPTZ),
          SourceColumn.of("text", ColumnType.TEXT));
  private static final StreamDescriptor ENTRIES =
      new StreamDescriptor(
          "entries",
          COLUMNS,
          List.of("id"),
          Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
          "Entries of the diary",
          true);
  private static final Pattern CURSOR = Pattern.compile("\\{\"lines\":(\\d{1,18})}");

  private final Path file;
  private final int batch;
  private final Cancellation cancellation;

  ExampleConnector(Path file, int batch, Cancellation cancellation) {
    this.file = file;
    this.batch = batch;
    this.cancellation = cancellation;
  }

  @Override
  public List<Finding> check() {
    return Files.isReadable(file)
        ? List.of()
        : List.of(Finding.error("the diary cannot be read", "correct file: in the connection"));
  }

  @Override
  public List<StreamDescriptor> discover() {
    return List.of(ENTRIES);
  }

  @Override
  public BatchReader open(StreamRequest request) {
    if (!request.stream().equals(ENTRIES.name())) {
      throw new IpaiException(
              ConnectorErrors.STREAM_NOT_FOUND, "a diary has no stream " + request.stream())
          .hint("streams: entries");
    }
    return new ExampleReader(file, ENTRIES, batch, lines(request.from()), cancellation);
  }

  static Cursor cursor(long lines) {
    return new Cursor("{\"lines\":" + lines + "}");
  }

  private static long lines(@Nullable Cursor cursor) {
    if (cursor == null) {
      return 0;
    }
    Matcher matcher = CURSOR.matcher(cursor.json().replace(" ", ""));
    if (!matcher.matches()) {
      throw new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of a diary")
          .hint("run the sync with --full-refresh");
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public void close() {}
}
