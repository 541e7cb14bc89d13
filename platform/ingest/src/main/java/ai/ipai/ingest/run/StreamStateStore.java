package ai.ipai.ingest.run;

import ai.ipai.ingest.IngestErrors;
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
import java.time.Instant;
import java.util.Map;
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
   * @param fresh the state of a stream that was never seen
   */
  static StreamState take(Connection connection, String connector, UUID run, StreamState fresh)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.stream_state as s (connector, stream, schema_name, table_name, run_id)
            values (?, ?, ?, ?, ?)
            on conflict (connector, stream) do update set run_id = excluded.run_id
            returning schema_name, table_name, columns::text, cursor::text, reading,
              reading_cursor::text, builds_beside, version, reconciled_at, loaded_at
            """)) {
      statement.setString(1, connector);
      statement.setString(2, fresh.stream());
      statement.setString(3, fresh.table().schema());
      statement.setString(4, fresh.table().name());
      statement.setObject(5, run);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        String reading = rows.getString("reading");
        return new StreamState(
            fresh.stream(),
            QualifiedName.of(rows.getString("schema_name"), rows.getString("table_name")),
            TableShape.parse(rows.getString("columns")),
            cursor(rows.getString("cursor")),
            reading == null ? null : ReadMode.valueOf(reading),
            cursor(rows.getString("reading_cursor")),
            rows.getBoolean("builds_beside"),
            rows.getLong("version"),
            instant(rows.getTimestamp("reconciled_at")),
            instant(rows.getTimestamp("loaded_at")));
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
              loaded_at = ?, synced_at = case when ? then now() else synced_at end
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
      statement.setBoolean(8, complete);
      statement.setString(9, connector);
      statement.setString(10, state.stream());
      statement.setObject(11, run);
      statement.setLong(12, state.version());
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
