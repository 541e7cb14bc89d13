package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PoolConfig;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerQuery;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.wait.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads in one flight, on a pool of two connections: each serves many callers. */
@Tag("REQ-REST-010")
@Tag("REQ-DB-027")
class OneFlightPostgresTest {
  private static final String OBSERVE =
      """
      select current_user || ' '
        || coalesce(nullif(current_setting('request.jwt.claims', true), '')
             ::json ->> 'tenant', '') || ' '
        || coalesce(current_setting('ipai.left', true), '') || ' '
        || (select count(*) from shop.orders) || ' '
        || (select count(*) from pg_cursors where is_holdable) || ' '
        || (select count(*) from pg_listening_channels()) || ' '
        || (select count(*) from pg_locks
            where locktype = 'advisory' and pid = pg_backend_pid()) || ' '
        || (select count(*) from pg_class
            where relnamespace = pg_my_temp_schema() and relname = 'left_behind')
      """;

  /** What code of others may do in a read, as a function that a view calls. */
  private static final List<String> MISCHIEF =
      List.of(
          "perform set_config('request.jwt.claims', '{\"tenant\": 9}', false)",
          "perform set_config('role', 'service_role', false)",
          "perform set_config('search_path', 'shop', false)",
          "perform set_config('statement_timeout', '1h', false)",
          "perform set_config('ipai.left', 'behind', false)",
          "execute 'create temp table left_behind as select * from shop.orders'",
          "execute 'declare held cursor with hold for select * from shop.orders'",
          "execute 'listen left_behind'",
          "perform pg_advisory_lock(4711)",
          "perform pg_advisory_lock(4711), 1 / 0",
          "insert into shop.orders (tenant) values (99)",
          "perform set_config('role', 'service_role', false), 1 / 0",
          "perform set_config('transaction_read_only', 'off', true)");

  private static TestDatabase db;
  private static TurnCounter turns;
  private static Database database;
  private static CallerTransactions transactions;

  @BeforeAll
  static void makeTables() throws Exception {
    db = TestPostgres.create();
    DatabaseUrl real = db.url();
    turns = new TurnCounter(real.host(), real.port());
    database =
        Database.of(
            DatabaseUrl.of(
                real.host(), turns.port(), real.database(), real.user(), real.password()),
            db.masterKey(),
            new PoolConfig(2, 2, Duration.ofSeconds(10)));
    transactions = new CallerTransactions(database);
    StringBuilder functions = new StringBuilder();
    for (int i = 0; i < MISCHIEF.size(); i++) {
      functions.append(
          String.format(
              Locale.ROOT,
              "create function shop.mischief_%d() returns text language plpgsql as"
                  + " $$ begin %s; return 'done'; end $$;%n",
              i,
              MISCHIEF.get(i)));
    }
    superuser(
        """
        create schema shop;
        grant usage on schema shop to anon, authenticated;
        create table shop.orders (id bigint generated always as identity, tenant int);
        alter table shop.orders enable row level security;
        grant select, insert on shop.orders to anon, authenticated;
        create policy tenant on shop.orders for all to anon, authenticated
          using (tenant = (select (nullif(current_setting('request.jwt.claims', true), '')
            ::json ->> 'tenant')::int));
        insert into shop.orders (tenant) select i % 10 from generate_series(1, 1000) i;
        """
            + functions
            + "grant execute on all functions in schema shop to anon, authenticated");
  }

  @AfterAll
  static void drop() throws Exception {
    database.close();
    turns.close();
    db.close();
  }

  private static Caller tenant(int tenant) {
    String claims =
        String.format(Locale.ROOT, "{\"role\":\"authenticated\",\"tenant\":%d}", tenant);
    return new Caller("user-" + tenant, "authenticated", claims, "request-" + tenant, "somebody");
  }

  private record Text(String sql, boolean runsForeignCode, List<String> values)
      implements CallerQuery<String> {
    @Override
    public void bind(Values to) throws SQLException {
      for (String value : values) {
        to.text(value);
      }
    }

    @Override
    public String read(List<Row> rows) {
      return String.valueOf(rows.getFirst().text(1));
    }
  }

  private static String read(Caller caller, String sql, String... values) throws SQLException {
    return transactions.read(
        caller, CallerOptions.reading(), new Text(sql, false, List.of(values)));
  }

  private static void mischief(int tenant, int which) {
    try {
      transactions.read(
          tenant(tenant),
          CallerOptions.reading(),
          new Text("select shop.mischief_" + which + "()", true, List.of()));
    } catch (SQLException | IpaiException refused) {
      // Some of it is refused; that must leave nothing behind either.
    }
  }

  private static void superuser(String sql) throws SQLException {
    try (Connection superuser = db.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aReadIsTheCallerAndReadsOnly() throws Exception {
    String seen =
        transactions.read(
            tenant(3),
            CallerOptions.reading().withTimeout(Duration.ofSeconds(7)).with("TimeZone", "UTC"),
            new Text(
                """
                select concat_ws(' ', current_user, session_user,
                  current_setting('request.jwt.claims')::json ->> 'tenant',
                  current_setting('request.id'), current_setting('statement_timeout'),
                  current_setting('transaction_read_only'), current_setting('TimeZone'),
                  (select count(*) from shop.orders), ?::text || ?)
                """,
                false,
                List.of("o'", "\\?")));

    assertThat(seen).isEqualTo("authenticated ipai_server 3 request-3 7s on UTC 100 o'\\?");
    assertThatThrownBy(
            () ->
                read(
                    tenant(3),
                    "with x as (insert into shop.orders (tenant) values (3)"
                        + " returning id) select id::text from x"))
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("25006"));
  }

  @Test
  void aReadTakesOneFlight() throws Exception {
    for (boolean foreign : List.of(false, true)) {
      for (int i = 0; i < 4; i++) {
        transactions.read(
            tenant(3), CallerOptions.reading(), new Text("select ?::text", foreign, List.of("x")));
      }
      int before = turns.turns();
      for (int i = 0; i < 50; i++) {
        transactions.read(
            tenant(i % 10),
            CallerOptions.reading(),
            new Text("select ?::text", foreign, List.of("x")));
      }
      assertThat(turns.turns() - before).isEqualTo(50);
    }
  }

  @Test
  void noOtherRoleFliesEither() {
    for (String role : List.of("postgres", "ipai_control", "', true) --", "")) {
      assertRefused(
          PostgresErrors.ROLE_NOT_ALLOWED,
          () -> read(new Caller("x", role, "{}", "request", "x"), "select '1'"));
    }
  }

  @Test
  void nothingOfOneCallerReachesTheNextWhicheverWayItsFlightEnded() throws Exception {
    for (int i = 0; i < MISCHIEF.size(); i++) {
      for (int connection = 0; connection < 2; connection++) {
        mischief(1, i);
      }
      assertThat(read(Caller.anonymous("none"), OBSERVE))
          .as(MISCHIEF.get(i))
          .isEqualTo("anon   0 0 0 0 0");
      String transacted =
          transactions.run(
              tenant(4),
              CallerOptions.reading(),
              connection -> {
                try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(OBSERVE)) {
                  row.next();
                  return row.getString(1);
                }
              });
      assertThat(transacted).as(MISCHIEF.get(i)).isEqualTo("authenticated 4  100 0 0 0 0");
    }
    assertThat(read(tenant(9), "select count(*)::text from shop.orders")).isEqualTo("100");
  }

  /** Promise 4, with flights and transactions on the same connections. */
  @Test
  void nothingLeaksIn240MixedRequests() throws Exception {
    Random random = new Random(4);
    List<Future<String>> answers = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 240; i++) {
        int tenant = random.nextInt(10);
        int which = random.nextInt(MISCHIEF.size());
        boolean anonymous = i % 4 == 0;
        boolean fails = i % 3 == 0;
        expected.add(anonymous ? "anon   0 0 0 0 0" : "authenticated " + tenant + "  100 0 0 0 0");
        answers.add(
            threads.submit(
                () -> {
                  String seen = read(anonymous ? Caller.anonymous("x") : tenant(tenant), OBSERVE);
                  mischief(tenant, which);
                  if (fails) {
                    assertThatThrownBy(() -> read(tenant(tenant), "select (1 / (? - 1))", "1"))
                        .isInstanceOf(SQLException.class);
                  }
                  return seen;
                }));
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get()).isEqualTo(expected.get(i));
    }
  }

  /** Of settings, of the statement's text, of its values, of its rows. */
  @Test
  void aFailureAtAnyStepIsSaidAndLeavesTheConnectionsClean() throws Exception {
    List<Attempt> failing =
        List.of(
            () ->
                transactions.read(
                    tenant(1),
                    CallerOptions.reading().with("TimeZone", "Nowhere/Land"),
                    new Text("select '1'", false, List.of())),
            () -> read(tenant(1), "select no_such_column from shop.orders"),
            () -> read(tenant(1), "selec 1"),
            () -> read(tenant(1), "select ?::int::text", "a"),
            () -> read(tenant(1), "select ?::text", "\0"),
            () -> read(tenant(1), "select (1 / (id - id))::text from shop.orders"),
            () -> read(tenant(1), "select ?::text"),
            () ->
                transactions.read(
                    tenant(1),
                    CallerOptions.reading(),
                    new CallerQuery<String>() {
                      @Override
                      public String sql() {
                        return "select 1";
                      }

                      @Override
                      public void bind(Values values) {}

                      @Override
                      public String read(List<Row> rows) {
                        throw new IllegalStateException("cannot read this");
                      }

                      @Override
                      public boolean runsForeignCode() {
                        return false;
                      }
                    }));
    for (Attempt attempt : failing) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(attempt::run).isInstanceOf(Exception.class);
      }
      assertThat(read(Caller.anonymous("none"), OBSERVE)).isEqualTo("anon   0 0 0 0 0");
      assertThat(read(tenant(2), OBSERVE)).isEqualTo("authenticated 2  100 0 0 0 0");
    }
  }

  @Test
  void aStatementBeyondItsTimeEndsAndTheNextHasItsOwn() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertRefused(
          PostgresErrors.STATEMENT_TIMEOUT,
          () ->
              transactions.read(
                  tenant(1),
                  CallerOptions.reading().withTimeout(Duration.ofMillis(100)),
                  new Text("select pg_sleep(20)::text", false, List.of())));
      assertThat(read(tenant(2), "select current_setting('statement_timeout')")).isEqualTo("15s");
    }
  }

  @Test
  void whoIsCancelledOrCutMidwayIsToldAndTheNextSeesOnlyItsOwn() throws Exception {
    assertEnded("pg_cancel_backend", PostgresErrors.STATEMENT_CANCELLED);
    assertEnded("pg_terminate_backend", PostgresErrors.CONNECTION_CUT);
  }

  private static void assertEnded(String how, ErrorCode code) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> sleeping = threads.submit(() -> read(tenant(5), "select pg_sleep(20)::text"));
      Await.until(
          "the end of the statement",
          Duration.ofSeconds(15),
          () -> {
            superuser(
                "select "
                    + how
                    + "(pid) from pg_stat_activity where query like '%pg_sleep(20)%'"
                    + " and state = 'active' and pid <> pg_backend_pid()"
                    + " and clock_timestamp() - query_start > '200 ms'");
            return sleeping.isDone();
          });
      assertRefused(code, () -> rethrown(sleeping));
    }
    assertThat(read(Caller.anonymous("none"), OBSERVE)).isEqualTo("anon   0 0 0 0 0");
    assertThat(read(tenant(2), OBSERVE)).isEqualTo("authenticated 2  100 0 0 0 0");
  }

  private static Object rethrown(Future<String> failed) throws Exception {
    try {
      return failed.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  @Test
  void connectionsThatWereCutIdleAreReplacedUnseen() throws Exception {
    for (int i = 0; i < 3; i++) {
      read(tenant(1), "select '1'");
      superuser(
          "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename ="
              + " 'ipai_server' and datname = current_database()");
      assertThat(read(tenant(1), OBSERVE)).isEqualTo("authenticated 1  100 0 0 0 0");
    }
  }

  @Test
  void whatBecameOfPreparedStatementsIsNoConcernOfCallers() throws Exception {
    String all = "select o from (select * from shop.changing) o";
    superuser(
        "create table shop.changing (a int); grant select on shop.changing to anon, authenticated;"
            + " insert into shop.changing values (1)");
    for (int i = 0; i < 6; i++) {
      assertThat(read(tenant(1), all)).isEqualTo("(1)");
    }
    superuser("alter table shop.changing add b int default 2");
    for (int i = 0; i < 6; i++) {
      assertThat(read(tenant(1), all)).isEqualTo("(1,2)");
    }
  }

  private interface Attempt {
    Object run() throws Exception;
  }

  private static void assertRefused(ErrorCode code, Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            IpaiException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }
}
