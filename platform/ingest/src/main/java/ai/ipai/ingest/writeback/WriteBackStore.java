package ai.ipai.ingest.writeback;

import ai.ipai.ingest.writeback.WriteItem.Status;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Owns {@code ipai.write_back} and {@code ipai.write_back_item}. Runs as the loader. */
final class WriteBackStore {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> VALUES =
      new TypeReference<>() {};

  private WriteBackStore() {}

  /** One write-back's head. */
  record Head(UUID id, WriteJob job, String status) {}

  static void insert(Connection connection, UUID id, WriteJob job, String raw, String principal)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.write_back (id, job, connector, model, definition, planned_by)
            values (?, ?, ?, ?, ?::jsonb, ?)
            """)) {
      statement.setObject(1, id);
      statement.setString(2, job.name());
      statement.setString(3, job.connector());
      statement.setString(4, job.model());
      statement.setString(5, raw);
      statement.setString(6, principal);
      statement.executeUpdate();
    }
  }

  static void insert(Connection connection, UUID id, List<WriteItem> items) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.write_back_item (write_back, seq, key, operation, record_id, before, after)
            values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
            """)) {
      for (WriteItem item : items) {
        statement.setObject(1, id);
        statement.setInt(2, item.seq());
        statement.setString(3, item.key());
        statement.setString(4, item.creates() ? "create" : "update");
        statement.setObject(5, item.recordId());
        statement.setString(
            6, item.before() == null ? null : JSON.writeValueAsString(item.before()));
        statement.setString(7, JSON.writeValueAsString(item.after()));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  static Head require(Connection connection, UUID id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select job, definition::text, status from ipai.write_back where id = ?")) {
      statement.setObject(1, id);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new IpaiException(WriteBackErrors.NOT_FOUND, "there is no such write-back")
              .fact("write_back", id)
              .hint("./ipai write-back list");
        }
        Map<String, @Nullable Object> definition = JSON.readValue(rows.getString(2), VALUES);
        return new Head(id, WriteJob.of(rows.getString(1), definition), rows.getString(3));
      }
    }
  }

  /** False if the write-back is not in one of these states any more. */
  static boolean move(Connection connection, UUID id, String to, String... from)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.write_back
            set status = ?, finished_at = case when ? in ('applied', 'partial', 'undone') then now() end
            where id = ? and status = any (?)
            """)) {
      statement.setString(1, to);
      statement.setString(2, to);
      statement.setObject(3, id);
      statement.setArray(4, connection.createArrayOf("text", from));
      return statement.executeUpdate() == 1;
    }
  }

  static boolean approve(Connection connection, UUID id, String principal) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.write_back set status = 'approved', approved_by = ?, approved_at = now()
            where id = ? and status = 'planned'
            """)) {
      statement.setString(1, principal);
      statement.setObject(2, id);
      return statement.executeUpdate() == 1;
    }
  }

  static List<WriteItem> items(Connection connection, UUID id, Status... states)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select seq, key, operation, record_id, before::text, after::text, read_back::text, status,
              attempts, coalesce(error, '')
            from ipai.write_back_item where write_back = ? and status = any (?) order by seq
            """)) {
      statement.setObject(1, id);
      List<String> words = new ArrayList<>();
      for (Status state : states) {
        words.add(word(state));
      }
      statement.setArray(2, connection.createArrayOf("text", words.toArray()));
      List<WriteItem> items = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          items.add(
              new WriteItem(
                  rows.getInt(1),
                  rows.getString(2),
                  rows.getString(3).equals("create"),
                  rows.getObject(4, Long.class),
                  values(rows.getString(5)),
                  JSON.readValue(rows.getString(6), VALUES),
                  values(rows.getString(7)),
                  Status.valueOf(rows.getString(8).toUpperCase(Locale.ROOT)),
                  rows.getInt(9),
                  rows.getString(10)));
        }
      }
      return items;
    }
  }

  private static @Nullable Map<String, @Nullable Object> values(@Nullable String json) {
    return json == null ? null : JSON.readValue(json, VALUES);
  }

  /** Says that calls for these items may be under way from now on. */
  static void mark(Connection connection, UUID id, List<WriteItem> items, Status status)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.write_back_item
            set status = ?, attempts = attempts + 1, changed_at = now()
            where write_back = ? and seq = any (?)
            """)) {
      statement.setString(1, word(status));
      statement.setObject(2, id);
      statement.setArray(
          3, connection.createArrayOf("int", items.stream().map(WriteItem::seq).toArray()));
      statement.executeUpdate();
    }
  }

  static void store(
      Connection connection,
      UUID id,
      int seq,
      Status status,
      @Nullable Long recordId,
      @Nullable Map<String, @Nullable Object> readBack,
      @Nullable String error)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update ipai.write_back_item
            set status = ?, record_id = coalesce(?, record_id), read_back = coalesce(?::jsonb, read_back),
              error = ?, changed_at = now()
            where write_back = ? and seq = ?
            """)) {
      statement.setString(1, word(status));
      statement.setObject(2, recordId);
      statement.setString(3, readBack == null ? null : JSON.writeValueAsString(readBack));
      statement.setString(4, error);
      statement.setObject(5, id);
      statement.setInt(6, seq);
      statement.executeUpdate();
    }
  }

  /** Keys of the records that a job has made and that were not deleted by an undo. */
  static Set<String> made(Connection connection, WriteJob job) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select i.key from ipai.write_back_item i join ipai.write_back w on w.id = i.write_back
            where w.job = ? and w.connector = ? and w.model = ? and i.operation = 'create'
              and i.status in ('sending', 'done', 'differs', 'undoing', 'undo_conflict')
            """)) {
      statement.setString(1, job.name());
      statement.setString(2, job.connector());
      statement.setString(3, job.model());
      Set<String> keys = new HashSet<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
      }
      return keys;
    }
  }

  /** For the life of this session; false if another has it. */
  static boolean lock(Connection connection, String connector) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_try_advisory_lock(hashtextextended('ipai.write_back:' || ?, 0))")) {
      statement.setString(1, connector);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    }
  }

  private static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
