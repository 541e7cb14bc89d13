package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql.Outcome;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Statements of callers that run or have run, and their results, which are kept for paging and for
 * the same question of the same caller. Each runs on a connection of its own, which is closed
 * behind it: nothing of a session outlives the statement.
 *
 * <p>Safe for threads.
 */
public final class SqlStatements implements AutoCloseable {
  static final int MAX_PER_CALLER = 4;
  private static final int MAX_RUNNING = 8;
  private static final int MAX_KEPT = 256;
  private static final long MAX_KEPT_CHARACTERS = 64_000_000;
  private static final Duration KEPT = Duration.ofMinutes(10);

  /** A result answers the same question again no longer than this, whatever the stamp says. */
  private static final Duration FRESH = Duration.ofSeconds(60);

  private final Database database;
  private final AuditReads audit;
  private final CallerSql sql;
  private final SqlStamp stamp;
  private final Clock clock;
  private final Map<String, SqlRun> runs = new LinkedHashMap<>();
  private final Map<String, SqlRun> answers = new LinkedHashMap<>();

  public SqlStatements(Database database, AuditReads audit, Clock clock) {
    ControlTransactions control = new ControlTransactions(database);
    this.database = database;
    this.audit = audit;
    this.sql = new CallerSql(audit, new SessionClaims(control));
    this.stamp = new SqlStamp(control);
    this.clock = clock;
  }

  /**
   * Begins a statement, or finds the answer to the same one.
   *
   * @param ask its {@code running} is not used
   * @param mayBeKept whether an answer of the last minute will do
   */
  SqlRun start(SqlAsker asker, SqlAsk ask, boolean mayBeKept, String requestId) {
    String now = stamp();
    String question = question(asker, ask);
    if (mayBeKept) {
      Optional<SqlRun> known = known(question, now);
      if (known.isPresent()) {
        record(asker, requestId, "sql.read", "kept_result", known.get().page().orElseThrow(), ask);
        return known.get();
      }
    }
    SqlRun run = new SqlRun(asker.identity(), now, clock.instant());
    admit(run);
    Thread.ofVirtual().name("ipai-sql").start(() -> run(asker, ask, run, question, requestId));
    return run;
  }

  /** The caller's own statement, or {@code GW-004}: others' look as if they were not there. */
  synchronized SqlRun find(SqlAsker asker, String id) {
    sweep();
    SqlRun run = runs.get(id);
    if (run == null || !run.identity().equals(asker.identity())) {
      throw new IpaiException(GatewayErrors.NOT_FOUND, "there is no such statement")
          .hint("Results are kept for ten minutes; run it again.");
    }
    return run;
  }

  /**
   * A further page of a result that is complete.
   *
   * @throws IpaiException {@code GW-022} where grants or tables have changed since
   */
  Page more(SqlAsker asker, SqlRun run, int from, int rows, String requestId) {
    Page all = run.page().orElseThrow();
    if (!stamp().equals(run.stamp())) {
      forget(run);
      throw new IpaiException(
              GatewayErrors.SQL_RESULT_STALE, "grants or tables have changed since it was run")
          .hint("Run the statement again.");
    }
    Page page = slice(all, from, rows);
    record(asker, requestId, "sql.page", "own_result", page, null);
    return page;
  }

  /** Some of the rows. */
  static Page slice(Page all, int from, int rows) {
    int start = Math.min(from, all.rows().size());
    int end = Math.min(start + rows, all.rows().size());
    return new Page(all.columns(), all.rows().subList(start, end), end < all.rows().size());
  }

  private synchronized Optional<SqlRun> known(String question, String now) {
    SqlRun run = answers.get(question);
    boolean isGood =
        run != null
            && run.isLasting()
            && run.stamp().equals(now)
            && run.startedAt().plus(FRESH).isAfter(clock.instant());
    return isGood ? Optional.ofNullable(run) : Optional.empty();
  }

  private synchronized void admit(SqlRun run) {
    sweep();
    long running = runs.values().stream().filter(SqlStatements::isRunning).count();
    long own =
        runs.values().stream()
            .filter(SqlStatements::isRunning)
            .filter(other -> other.identity().equals(run.identity()))
            .count();
    if (running >= MAX_RUNNING || own >= MAX_PER_CALLER) {
      throw new IpaiException(GatewayErrors.OVERLOADED, "too many statements run already")
          .hint("Wait for one of them, or cancel it.");
    }
    runs.put(run.id(), run);
  }

  private static boolean isRunning(SqlRun run) {
    return run.state() == SqlRun.State.RUNNING;
  }

  private void run(SqlAsker asker, SqlAsk ask, SqlRun run, String question, String requestId) {
    try (Connection login = database.open(asker.login())) {
      SqlAsk watched =
          new SqlAsk(
              ask.sql(),
              ask.parameters(),
              ask.maxRows(),
              ask.timeout(),
              ask.maxCost(),
              run::running);
      Outcome outcome = sql.run(login, asker.writer(), watched, requestId);
      boolean lasting = stamp.tellsAll(outcome.relations(), OneQuery.parse(ask.sql()).names());
      run.succeed(outcome, lasting);
      if (lasting) {
        keep(question, run);
      }
    } catch (SQLException e) {
      run.fail(PostgresFault.translate(e));
    } catch (IpaiException e) {
      run.fail(e);
    } catch (RuntimeException e) {
      run.fail(new IpaiException(GatewayErrors.UNEXPECTED, "the statement could not be run", e));
      throw e;
    }
  }

  private synchronized void keep(String question, SqlRun run) {
    if (runs.containsKey(run.id())) {
      answers.put(question, run);
    }
  }

  private synchronized void forget(SqlRun run) {
    runs.remove(run.id());
    answers.values().remove(run);
  }

  /** Old results go, then the oldest until the rest is small enough. */
  private synchronized void sweep() {
    Instant old = clock.instant().minus(KEPT);
    List<SqlRun> ended = new ArrayList<>(runs.values());
    ended.removeIf(SqlStatements::isRunning);
    long characters = ended.stream().mapToLong(SqlStatements::size).sum();
    Iterator<SqlRun> oldest = ended.iterator();
    int count = runs.size();
    while (oldest.hasNext()) {
      SqlRun run = oldest.next();
      if (run.startedAt().isAfter(old) && characters <= MAX_KEPT_CHARACTERS && count <= MAX_KEPT) {
        break;
      }
      characters -= size(run);
      count--;
      runs.remove(run.id());
      answers.values().remove(run);
    }
  }

  private static long size(SqlRun run) {
    return run.page().map(Page::characters).orElse(0L);
  }

  private String stamp() {
    try {
      return stamp.read();
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  private static String question(SqlAsker asker, SqlAsk ask) {
    return Sha256.hex(
        asker.identity() + "\0" + ask.maxRows() + "\0" + ask.parameters() + "\0" + ask.sql());
  }

  private void record(
      SqlAsker asker,
      String requestId,
      String action,
      String why,
      Page page,
      @Nullable SqlAsk ask) {
    AuditEntry.Builder entry =
        AuditEntry.of(action)
            .requestId(requestId)
            .principal(asker.writer().principal())
            .actingRole(asker.login().role())
            .rows(page.rows().size())
            .allow(why);
    if (ask != null) {
      entry.object(OneQuery.objects(ask.sql())).detail("sha256", Sha256.hex(ask.sql()));
    }
    audit.await(entry.build());
  }

  /** Cancels what still runs. */
  @Override
  public void close() {
    List<SqlRun> all;
    synchronized (this) {
      all = List.copyOf(runs.values());
    }
    all.forEach(SqlRun::cancel);
  }
}
