package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database connector under test. */
final class Source implements AutoCloseable {
  final Cancellation cancellation = new Cancellation();
  final Connector connector;

  /**
   * Opens one.
   *
   * @param streams options by stream; empty for all
   */
  Source(
      Map<String, @Nullable Object> connection,
      String password,
      Map<String, Map<String, @Nullable Object>> streams) {
    List<ConnectorSettings.Selection> selected = new ArrayList<>();
    streams.forEach(
        (name, options) ->
            selected.add(
                new ConnectorSettings.Selection(name, Settings.of("streams " + name, options))));
    connector =
        new DatabaseConnectorType()
            .open(
                new ConnectorSettings("shop", Settings.of("connection", connection), selected),
                new ConnectorContext(
                    reference -> password, Clock.systemUTC(), cancellation, Path.of(".")));
  }

  /** Everything that a reading gives. */
  Reading read(String stream, ReadMode mode, @Nullable Cursor from) {
    return read(stream, mode, from, Integer.MAX_VALUE);
  }

  /** The same, stopped after some batches, as by a kill. */
  Reading read(String stream, ReadMode mode, @Nullable Cursor from, int batches) {
    Reading reading = new Reading(new ArrayList<>(), new ArrayList<>(), from);
    try (BatchReader reader = connector.open(new StreamRequest(stream, mode, from))) {
      for (int i = 0; i < batches; i++) {
        RecordBatch batch = reader.next();
        if (batch == null) {
          break;
        }
        for (SourceRow row : batch.rows()) {
          Map<String, @Nullable Object> values = new LinkedHashMap<>();
          for (int column = 0; column < batch.columns().size(); column++) {
            SourceColumn named = batch.columns().get(column);
            values.put(named.name(), row.value(column));
          }
          reading.rows().add(values);
        }
        reading.batches().add(batch);
        reading = new Reading(reading.rows(), reading.batches(), batch.after());
      }
    }
    return reading;
  }

  @Override
  public void close() {
    connector.close();
  }

  /** What was read, and the last cursor. */
  record Reading(
      List<Map<String, @Nullable Object>> rows, List<RecordBatch> batches, @Nullable Cursor after) {

    List<@Nullable Object> values(String column) {
      List<@Nullable Object> values = new ArrayList<>();
      rows.forEach(row -> values.add(row.get(column)));
      return values;
    }
  }
}
