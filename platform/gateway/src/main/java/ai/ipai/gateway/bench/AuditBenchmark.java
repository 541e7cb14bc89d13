package ai.ipai.gateway.bench;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the audit costs: the same governed read, from the query to the bytes of its JSON, with and
 * without its record, in turns of the same run. Goals: at most 25 % of the throughput of a read by
 * primary key, 5 % of a page of 100 rows.
 */
public final class AuditBenchmark {
  private static final int ROWS = 50_000;
  private static final int CALLERS = 64;
  private static final int ROUNDS = 10;

  /** So much of a first run is the compiler's. */
  private static final int WARMING_ROUNDS = 5;

  /** Long beside what the last callers of a turn wait for their record with idle processors. */
  private static final Duration TURN = Duration.ofSeconds(3);

  private static final String SCHEMA = "bronze_audit_benchmark";
  private static final String TABLE = SCHEMA + ".line";
  private static final Caller CALLER =
      new Caller(
          "bench",
          "authenticated",
          "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_data_engineer\"]}}",
          "bench",
          "bench");

  /** How many turns {@link #run} takes, each of them announced when it is over. */
  public static final int TURNS = 2 * 2 * (WARMING_ROUNDS + ROUNDS);

  private final CallerTransactions transactions;
  private final GovernedReads reads;
  private final Runnable turnOver;

  private AuditBenchmark(Database database, AuditReads audit, Runnable turnOver) {
    this.transactions = new CallerTransactions(database);
    this.reads = new GovernedReads(transactions, audit);
    this.turnOver = turnOver;
  }

  /**
   * What the audit takes from one kind of work.
   *
   * @param without answers a second, the baseline
   * @param with answers a second, each with its durable record
   * @param percent median over the rounds of what the record takes
   * @param goalPercent at most
   */
  public record Cost(String work, double without, double with, double percent, int goalPercent) {}

  /**
   * Makes a table of its own, measures for three minutes, and drops the table. The entries that it
   * writes stay, as all do: give it a database of its own.
   *
   * @param turnOver called {@value #TURNS} times
   */
  public static List<Cost> run(Database database, Runnable turnOver) {
    try (AuditReads audit =
        new AuditReads(database, new SecretScrubber(), AuditReads.Config.DEFAULT)) {
      prepare(database);
      try {
        AuditBenchmark benchmark = new AuditBenchmark(database, audit, turnOver);
        return List.of(
            benchmark.compare("read by primary key", 1, 25),
            benchmark.compare("page of 100 rows", 100, 5));
      } finally {
        execute(database, "drop schema " + SCHEMA + " cascade");
      }
    } catch (SQLException failed) {
      throw new IllegalStateException("the benchmark cannot use the database", failed);
    }
  }

  private static void prepare(Database database) throws SQLException {
    execute(
        database,
        """
        drop schema if exists %1$s cascade;
        create schema %1$s;
        grant usage on schema %1$s to authenticated;
        create table %1$s.line (id int primary key, account text, partner text, amount numeric, note text);
        insert into %1$s.line
          select i, 'account ' || i %% 40, 'partner ' || i %% 900, i * 1.37, repeat('x', 40)
          from generate_series(1, %2$d) as i;
        alter table %1$s.line enable row level security;
        alter table %1$s.line force row level security;
        create policy reader on %1$s.line for select to authenticated
          using ((select ipai.has_role('ipai_data_engineer')));
        grant select on %1$s.line to authenticated;
        analyze %1$s.line;
        """
            .formatted(SCHEMA, ROWS));
  }

  private static void execute(Database database, String sql) throws SQLException {
    try (Connection loader = database.open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      statement.execute(sql);
    }
  }

  private Cost compare(String name, int rows, int goalPercent) {
    for (int round = 0; round < WARMING_ROUNDS; round++) {
      turn(rows, false);
      turn(rows, true);
    }
    List<Double> plain = new ArrayList<>();
    List<Double> audited = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      // Who goes first alternates, so that a machine that slows down favours neither.
      boolean auditedFirst = round % 2 == 1;
      double first = turn(rows, auditedFirst);
      double second = turn(rows, !auditedFirst);
      double with = auditedFirst ? first : second;
      double without = auditedFirst ? second : first;
      plain.add(without);
      audited.add(with);
      ratios.add(with / without);
    }
    double percent = 100 * (1 - median(ratios));
    return new Cost(name, median(plain), median(audited), percent, goalPercent);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /** Answers a second. */
  private double turn(int rows, boolean audited) {
    long start = System.nanoTime();
    long deadline = start + TURN.toNanos();
    long answers = 0;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        counts.add(callers.submit(() -> readUntil(deadline, rows, audited)));
      }
      for (Future<Long> count : counts) {
        answers += count.get();
      }
    } catch (ExecutionException | InterruptedException failed) {
      throw new IllegalStateException("a caller failed", failed);
    }
    turnOver.run();
    return answers * 1e9 / (System.nanoTime() - start);
  }

  private long readUntil(long deadline, int rows, boolean audited) throws SQLException {
    long answers = 0;
    while (System.nanoTime() < deadline) {
      CallerWork<Page> work = work(ThreadLocalRandom.current().nextInt(1, ROWS - rows), rows);
      Page page =
          audited
              ? reads.read(CALLER, "table.read", TABLE, p -> p.rows().size(), work)
              : transactions.run(CALLER, CallerOptions.reading(), work);
      if (page.rows().size() != rows || Json.bytes(page).length == 0) {
        throw new IllegalStateException("a read lost rows");
      }
      answers++;
    }
    return answers;
  }

  private static CallerWork<Page> work(int id, int rows) {
    String sql =
        rows == 1
            ? "select * from " + TABLE + " where id = ?"
            : "select * from " + TABLE + " where id >= ? order by id limit " + rows;
    return connection -> {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, id);
        try (ResultSet results = statement.executeQuery()) {
          return Rows.read(results, rows);
        }
      }
    };
  }
}
