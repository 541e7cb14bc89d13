package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Seals what was committed since the last seal. A batch is what the new snapshot of transactions
 * sees and the previous one did not, so that a late commit is in the next batch instead of in none,
 * and a transaction that runs for long delays nobody's seal but its own. Writers are never blocked,
 * and no lock exists that somebody else could hold: of two processes that seal the same batch, one
 * finds it taken.
 */
public final class AuditSealer {
  private static final int MAX_ROWS = 10_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final ControlTransactions transactions;
  private final SealKey key;
  private final int maxRows;

  public AuditSealer(Database database, SealKey key) {
    this(database, key, MAX_ROWS);
  }

  /**
   * With batches of another size.
   *
   * @param maxRows in a batch; a transaction that wrote more is not divided
   */
  public AuditSealer(Database database, SealKey key, int maxRows) {
    this.transactions = new ControlTransactions(database);
    this.key = key;
    this.maxRows = maxRows;
  }

  /**
   * Seals everything that is committed when it is called.
   *
   * @return how many batches; 0 if there was nothing, or another process was faster
   * @throws IpaiException {@code AUD-006}
   */
  public int seal() {
    int batches = 0;
    while (sealOne()) {
      batches++;
    }
    return batches;
  }

  private boolean sealOne() {
    try {
      return transactions.run(CallerOptions.writing().withTimeout(TIMEOUT), this::sealOne);
    } catch (SQLException failed) {
      throw new IpaiException(
              AuditErrors.SEALING_FAILED, "The audit log could not be sealed.", failed)
          .fact("sqlstate", String.valueOf(failed.getSQLState()));
    }
  }

  /**
   * What the next seal follows.
   *
   * @param seen what earlier seals of the era cover
   * @param ceilingId greater ids belong to a later era
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never written to
  private record Range(
      long batch, int era, long floorId, long ceilingId, Snapshot seen, byte[] previousHash) {}

  private Boolean sealOne(Connection connection) throws SQLException {
    Moment now = moment(connection);
    Optional<Seal> newest = SealStore.newest(connection);
    Range range = follow(newest);
    if (now.snapshot().xmax() >= range.seen().xmax()) {
      return seal(connection, range, now.snapshot(), now);
    }
    return crossIntoNewEra(connection, newest.orElseThrow(), range, now);
  }

  private static Range follow(Optional<Seal> newest) {
    return newest
        .map(
            seal ->
                new Range(
                    seal.batch() + 1,
                    seal.era(),
                    seal.floorId(),
                    Long.MAX_VALUE,
                    seal.snapshot(),
                    seal.hash()))
        .orElse(new Range(1, 1, 0, Long.MAX_VALUE, Snapshot.NONE, Seal.GENESIS));
  }

  /**
   * Transactions have lower numbers than before: the log was restored into another cluster. What
   * came along unsealed is closed off under the old numbering; ids above it are numbered anew.
   */
  private Boolean crossIntoNewEra(Connection connection, Seal newest, Range old, Moment now)
      throws SQLException {
    long ceiling = highestOldId(connection, now.snapshot().xmax());
    Range rest =
        new Range(old.batch(), old.era(), old.floorId(), ceiling, old.seen(), old.previousHash());
    Snapshot everything = new Snapshot(Long.MAX_VALUE, Long.MAX_VALUE, new long[0]);
    if (newest.snapshot().xmax() != Long.MAX_VALUE && seal(connection, rest, everything, now)) {
      return true;
    }
    Range renumbered =
        new Range(
            old.batch(), old.era() + 1, ceiling, Long.MAX_VALUE, Snapshot.NONE, old.previousHash());
    return seal(connection, renumbered, now.snapshot(), now);
  }

  private static long highestOldId(Connection connection, long xmax) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select greatest(
              (select coalesce(max(last_id), 0) from ipai.audit_seal),
              (select coalesce(max(id), 0) from ipai.audit_log where xid >= ?))
            """)) {
      statement.setLong(1, xmax);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private boolean seal(Connection connection, Range range, Snapshot upTo, Moment now)
      throws SQLException {
    Snapshot snapshot = limit(connection, range, upTo);
    List<AuditRow> rows = rows(connection, range, snapshot);
    if (rows.isEmpty()) {
      return false;
    }
    Seal.Body body = Seal.Body.of(rows);
    return SealStore.insert(connection, sign(range, snapshot, body, now), body);
  }

  private Seal sign(Range range, Snapshot snapshot, Seal.Body body, Moment now) {
    long first = body.ids()[0];
    long last = body.ids()[body.ids().length - 1];
    byte[] idsHash = Seal.Body.idsHash(body.ids());
    byte[] root = MerkleTree.root(body.leaves());
    byte[] hash =
        Seal.hash(
            range.batch(),
            range.era(),
            range.floorId(),
            snapshot,
            now.micros(),
            first,
            last,
            body.ids().length,
            idsHash,
            root,
            range.previousHash());
    return new Seal(
        range.batch(),
        range.era(),
        range.floorId(),
        snapshot,
        now.micros(),
        first,
        last,
        body.ids().length,
        idsHash,
        root,
        range.previousHash(),
        hash,
        key.publicKey().id(),
        key.sign(Seal.signedMessage(hash)));
  }

  private record Moment(Snapshot snapshot, long micros) {}

  private static Moment moment(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select pg_current_snapshot()::text,"
                    + " (extract(epoch from clock_timestamp()) * 1000000)::bigint");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new Moment(Snapshot.parse(row.getString(1)), row.getLong(2));
    }
  }

  /**
   * Rows that the new snapshot sees and the one before does not, in plain numbers for the index.
   */
  private static final String NEW_ROWS =
      """
      from ipai.audit_log
      where id > ? and id <= ?
        and xid >= ? and (xid >= ? or xid = any (?))
        and xid < ? and xid <> all (?)
      """;

  private static PreparedStatement prepare(
      Connection connection, String select, String rest, Range range, Snapshot upTo)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(select + NEW_ROWS + rest);
    statement.setLong(1, range.floorId());
    statement.setLong(2, range.ceilingId());
    statement.setLong(3, range.seen().xmin());
    statement.setLong(4, range.seen().xmax());
    statement.setArray(5, array(connection, range.seen().running()));
    statement.setLong(6, upTo.xmax());
    statement.setArray(7, array(connection, upTo.running()));
    return statement;
  }

  private static java.sql.Array array(Connection connection, long[] numbers) throws SQLException {
    return connection.createArrayOf("bigint", Arrays.stream(numbers).boxed().toArray());
  }

  /** A backlog is cut between two transactions, after the first at the earliest. */
  private Snapshot limit(Connection connection, Range range, Snapshot upTo) throws SQLException {
    String nextBatch = "order by xid offset " + maxRows + " limit 1";
    try (PreparedStatement statement =
            prepare(connection, "select xid, min(xid) over () ", nextBatch, range, upTo);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return upTo;
      }
      long first = row.getLong(2);
      return upTo.below(Math.max(row.getLong(1), first + 1));
    }
  }

  private static List<AuditRow> rows(Connection connection, Range range, Snapshot upTo)
      throws SQLException {
    List<AuditRow> rows = new ArrayList<>();
    try (PreparedStatement statement =
            prepare(connection, "select " + AuditRow.COLUMNS + " ", "order by id", range, upTo);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(AuditRow.of(result));
      }
    }
    return rows;
  }
}
