package ai.ipai.governance.audit.seal;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Owns {@code ipai.audit_seal}. Statements run in the caller's transaction. */
final class SealStore {
  private static final String HEADER =
      "select batch, era, floor_id, snapshot::text, (extract(epoch from sealed_at) * 1000000)::bigint,"
          + " first_id, last_id, row_count, ids, merkle_root, previous_hash, hash, key_id, signature"
          + " from ipai.audit_seal ";
  private static final int FETCH_ROWS = 64;

  private SealStore() {}

  static Optional<Seal> newest(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(HEADER + "order by batch desc limit 1");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(header(row)) : Optional.empty();
    }
  }

  static Optional<Seal> find(Connection connection, long batch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(HEADER + "where batch = ?")) {
      statement.setLong(1, batch);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(header(row)) : Optional.empty();
      }
    }
  }

  /** By batch, ascending; the connection is in a transaction. */
  static void forEach(Connection inOpenTx, Consumer<Seal> action) throws SQLException {
    try (PreparedStatement statement = inOpenTx.prepareStatement(HEADER + "order by batch")) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          action.accept(header(rows));
        }
      }
    }
  }

  static Seal.Body body(Connection connection, long batch) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select ids, leaf_hashes from ipai.audit_seal where batch = ?")) {
      statement.setLong(1, batch);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new Seal.Body(ids(row.getArray(1)), row.getBytes(2))
            : new Seal.Body(new long[0], new byte[0]);
      }
    }
  }

  /** False if another process sealed this batch first. */
  static boolean insert(Connection connection, Seal seal, Seal.Body body) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.audit_seal (batch, era, floor_id, snapshot, sealed_at, first_id, last_id,
              row_count, ids, leaf_hashes, merkle_root, previous_hash, hash, key_id, signature)
            values (?, ?, ?, ?::pg_snapshot, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do nothing
            """)) {
      statement.setLong(1, seal.batch());
      statement.setInt(2, seal.era());
      statement.setLong(3, seal.floorId());
      statement.setString(4, seal.snapshot().toString());
      statement.setObject(5, time(seal.sealedAtMicros()));
      statement.setLong(6, seal.firstId());
      statement.setLong(7, seal.lastId());
      statement.setInt(8, seal.rowCount());
      statement.setArray(
          9, connection.createArrayOf("bigint", Arrays.stream(body.ids()).boxed().toArray()));
      statement.setBytes(10, body.leaves());
      statement.setBytes(11, seal.merkleRoot());
      statement.setBytes(12, seal.previousHash());
      statement.setBytes(13, seal.hash());
      statement.setString(14, seal.keyId());
      statement.setBytes(15, seal.signature());
      return statement.executeUpdate() == 1;
    }
  }

  private static OffsetDateTime time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  private static Seal header(ResultSet row) throws SQLException {
    return new Seal(
        row.getLong(1),
        row.getInt(2),
        row.getLong(3),
        Snapshot.parse(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getInt(8),
        Seal.Body.idsHash(ids(row.getArray(9))),
        row.getBytes(10),
        row.getBytes(11),
        row.getBytes(12),
        row.getString(13),
        row.getBytes(14));
  }

  private static long[] ids(Array array) throws SQLException {
    return Arrays.stream((Long[]) array.getArray()).mapToLong(Long::longValue).toArray();
  }
}
