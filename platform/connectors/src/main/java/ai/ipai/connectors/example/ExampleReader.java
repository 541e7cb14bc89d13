package ai.ipai.connectors.example;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Lines of a diary from some line on. */
final class ExampleReader implements BatchReader {
  private final StreamDescriptor stream;
  private final int batch;
  private final Cancellation cancellation;
  private final BufferedReader lines;
  private long read;
  private boolean given;

  ExampleReader(
      Path file, StreamDescriptor stream, int batch, long skipped, Cancellation cancellation) {
    this.stream = stream;
    this.batch = batch;
    this.cancellation = cancellation;
    try {
      lines = Files.newBufferedReader(file);
      while (read < skipped && lines.readLine() != null) {
        read++;
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public StreamDescriptor stream() {
    return stream;
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    List<SourceRow> rows = new ArrayList<>();
    try {
      while (rows.size() < batch) {
        cancellation.check();
        String line = lines.readLine();
        if (line == null) {
          break;
        }
        read++;
        rows.add(row(line));
      }
    } catch (IOException e) {
      throw failed(e);
    }
    if (rows.isEmpty() && given) {
      return null;
    }
    given = true;
    return RecordBatch.of(ExampleConnector.COLUMNS, rows, ExampleConnector.cursor(read));
  }

  /** What does not fit its column is rescued by the loader, so nothing is parsed here. */
  private SourceRow row(String line) {
    String[] fields = line.split("\t", 3);
    if (fields.length < 3) {
      throw new IpaiException(ConnectorErrors.ANSWER, "a line of the diary has fewer than 3 fields")
          .fact("line", read)
          .hint("write id, time and text with tabs between");
    }
    return fields[2].isEmpty()
        ? SourceRow.deleted(fields[0], fields[1], null)
        : SourceRow.present(fields[0], fields[1], fields[2]);
  }

  private static IpaiException failed(IOException cause) {
    return new IpaiException(ConnectorErrors.SOURCE_FAILED, "the diary cannot be read", cause)
        .hint("check that the file is there and is UTF-8");
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
