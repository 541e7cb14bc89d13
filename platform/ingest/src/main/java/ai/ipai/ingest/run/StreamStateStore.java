package ai.ipai.ingest.run;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Owns {@code ipai.stream_state}. Works in the caller's transaction. */
final class StreamStateStore {
  private StreamStateStore() {}

  /**
   * Takes the stream over for a run: from here on a batch of any other run is refused, even one
   * that is under way.
   *
   * @param fresh the state of a stream that was never seen; where another stream has its table, it
   *     gets one whose name tells the connectors apart
   */
  static StreamState take(Connection connection, String connector, UUID run, StreamState fresh)
      throws SQLException {
    Optional<StreamState> held = held(connection, connector, run, fresh.stream());
    QualifiedName own =
        QualifiedName.of(fresh.table().schema(), BronzeName.of(fresh.stream(), connector));
    for (QualifiedName table : List.of(fresh.table(), own)) {
      if (held.isEmpty()) {
        claim(connection, connector, run, fresh.stream(), table);
        held = held(connection, connector, run, fresh.stream());
      }
    }
    return held.orElseThrow(
        () ->
            new IpaiException(
                    IngestErrors.DEFINITION,
                    "other streams have the tables " + fresh.table() + " and " + own)
                .fact("stream", fresh.stream())
                .hint("give the connector a domain of its own"));
  }

  /** Does nothing where another stream has the table. */
  private static void claim(
      Connection connection, String connector, UUID run, String stream, QualifiedName table)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.stream_state (connector, stream, schema_name, table_name, run_id)
            values (?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      statement.setString(1, connector);
      statement.setString(2, stream);
      statement.setString(3, table.schema());
      statement.setString(4, table.name());
      statement.setObject(5, run);
      statement.executeUpdate();
    }
  }

  private static Optional<StreamState> held(
      Connection connection, String connector, UUID run, String stream) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.stream_state set run_id = ? where connector = ? and stream = ?
            returning schema_name, table_name, columns::text, cursor::text, reading,
              reading_cursor::text, builds_beside, version, reconciled_at, loaded_at, live_rows
            """)) {
      statement.setObject(1, run);
      statement.setString(2, connector);
      statement.setString(3, stream);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        String reading = rows.getString("reading");
        return Optional.of(
            new StreamState(
                stream,
                QualifiedName.of(rows.getString("schema_name"), rows.getString("table_name")),
                TableShape.parse(rows.getString("columns")),
                cursor(rows.getString("cursor")),
                reading == null ? null : ReadMode.valueOf(reading),
                cursor(rows.getString("reading_cursor")),
                rows.getBoolean("builds_beside"),
                rows.getLong("version"),
                instant(rows.getTimestamp("reconciled_at")),
                instant(rows.getTimestamp("loaded_at")),
                rows.getObject("live_rows", Long.class)));
      }
    }
  }

  /** The columns of a stream, as they are before its run; none where it was never seen. */
  static TableShape shape(Connection connection, String connector, String stream)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select columns::text from ipai.stream_state where connector = ? and stream = ?")) {
      statement.setString(1, connector);
      statement.setString(2, stream);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? TableShape.parse(rows.getString(1)) : TableShape.empty();
      }
    }
  }

  /** Where each stream goes on: inside an unfinished reading, or after the last finished one. */
  static Map<String, Cursor> cursors(Connection connection, String connector) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select stream, coalesce(reading_cursor, cursor)::text from ipai.stream_state
            where connector = ? and coalesce(reading_cursor, cursor) is not null
            """)) {
      statement.setString(1, connector);
      Map<String, Cursor> cursors = new TreeMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          cursors.put(rows.getString(1), new Cursor(rows.getString(2)));
        }
      }
      return cursors;
    }
  }

  /**
   * Stores the state in the transaction of what it describes.
   *
   * @throws IpaiException {@code ING-002} if another run has taken the stream meanwhile; roll back
   */
  static StreamState save(
      Connection connection, String connector, UUID run, StreamState state, boolean complete)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.stream_state set columns = ?::jsonb, cursor = ?::jsonb, reading = ?,
              reading_cursor = ?::jsonb, builds_beside = ?, version = version + 1, reconciled_at = ?,
              loaded_at = ?, live_rows = ?, synced_at = case when ? then now() else synced_at end
            where connector = ? and stream = ? and run_id = ? and version = ?
            """)) {
      statement.setString(1, state.shape().json());
      statement.setString(2, json(state.cursor()));
      statement.setString(3, state.reading() == null ? null : state.reading().name());
      statement.setString(4, json(state.readingCursor()));
      statement.setBoolean(5, state.buildsBeside());
      statement.setTimestamp(
          6, state.reconciledAt() == null ? null : Timestamp.from(state.reconciledAt()));
      statement.setTimestamp(7, state.loadedAt() == null ? null : Timestamp.from(state.loadedAt()));
      statement.setObject(8, state.liveRows(), Types.BIGINT);
      statement.setBoolean(9, complete);
      statement.setString(10, connector);
      statement.setString(11, state.stream());
      statement.setObject(12, run);
      statement.setLong(13, state.version());
      if (statement.executeUpdate() != 1) {
        throw new IpaiException(
                IngestErrors.STREAM_HELD, "another run has taken over stream " + state.stream())
            .fact("stream", state.stream())
            .hint("nothing is lost: that run goes on from the same place");
      }
    }
    return state.stored();
  }

  private static @Nullable Cursor cursor(@Nullable String json) {
    return json == null ? null : new Cursor(json);
  }

  private static @Nullable String json(@Nullable Cursor cursor) {
    return cursor == null ? null : cursor.json();
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
