package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.copy.CopyManager;

class CallerTransactionsPostgresTest {
  private static TestDatabase db;
  private static CallerTransactions transactions;

  @BeforeAll
  static void makeTables() throws Exception {
    db = TestPostgres.create();
    transactions = new CallerTransactions(db.database());
    try (Connection owner = db.owner();
        Statement statement = owner.createStatement()) {
      statement.execute(
          """
          create schema shop;
          grant usage on schema shop to anon, authenticated;
          create table shop.orders (id bigint generated always as identity, tenant int);
          alter table shop.orders enable row level security;
          grant select, insert on shop.orders to anon, authenticated;
          create policy tenant on shop.orders for all to anon, authenticated
            using (tenant = (select (nullif(current_setting('request.jwt.claims', true), '')
              ::json ->> 'tenant')::int))
            with check (tenant = (select (nullif(current_setting('request.jwt.claims', true), '')
              ::json ->> 'tenant')::int));
          insert into shop.orders (tenant) select i % 10 from generate_series(1, 1000) i;
          """);
    }
  }

  @AfterAll
  static void drop() {
    db.close();
  }

  private static Caller tenant(int tenant) {
    String claims =
        String.format(Locale.ROOT, "{\"role\":\"authenticated\",\"tenant\":%d}", tenant);
    return new Caller("user-" + tenant, "authenticated", claims, "request-" + tenant, "somebody");
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  @Tag("REQ-DB-020")
  void workIsTheCaller() throws Exception {
    String seen =
        transactions.run(
            tenant(3),
            CallerOptions.reading().withTimeout(Duration.ofSeconds(7)).with("TimeZone", "UTC"),
            connection ->
                text(
                    connection,
                    """
                    select concat_ws(' ', current_user, session_user,
                      current_setting('request.jwt.claims')::json ->> 'tenant',
                      current_setting('request.id'), current_setting('statement_timeout'),
                      current_setting('transaction_read_only'), current_setting('TimeZone'),
                      (select count(*) from shop.orders))
                    """));

    assertThat(seen).isEqualTo("authenticated ipai_server 3 request-3 7s on UTC 100");
  }

  @Test
  @Tag("REQ-DB-020")
  void whatTheWorkWroteIsKeptAndWhatFailedIsNot() throws Exception {
    CallerWork<Integer> insert =
        connection -> {
          execute(connection, "insert into shop.orders (tenant) values (77)");
          return 1;
        };
    transactions.run(tenant(77), CallerOptions.writing(), insert);

    assertThatThrownBy(
            () ->
                transactions.run(
                    tenant(77),
                    CallerOptions.writing(),
                    connection -> {
                      insert.run(connection);
                      throw new IllegalStateException("changed my mind");
                    }))
        .hasMessage("changed my mind");
    assertThatThrownBy(() -> transactions.run(tenant(77), CallerOptions.reading(), insert))
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("25006"));
    assertThatThrownBy(() -> transactions.run(tenant(78), CallerOptions.writing(), insert))
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
    assertThat(count(tenant(77))).isEqualTo(1);
  }

  private static long count(Caller caller) throws SQLException {
    return transactions.run(
        caller,
        CallerOptions.reading(),
        connection -> Long.parseLong(text(connection, "select count(*) from shop.orders")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"postgres", "ipai_control", "ipai_loader", "supabase_admin", "none", "", "ANON"})
  @Tag("REQ-DB-020")
  void noTokenMakesAnotherRoleACaller(String role) {
    Caller forged = new Caller("x", role, "{}", "request", "x");

    assertRefused(
        PostgresErrors.ROLE_NOT_ALLOWED,
        () -> transactions.run(forged, CallerOptions.reading(), connection -> 1));
  }

  @Test
  @Tag("REQ-DB-021")
  void theWorkCannotLeaveItsTransaction() {
    List<CallerWork<Object>> escapes =
        List.of(
            connection -> {
              connection.commit();
              return 1;
            },
            connection -> {
              connection.rollback();
              return 1;
            },
            connection -> {
              connection.setAutoCommit(true);
              return 1;
            },
            connection -> {
              connection.setReadOnly(false);
              return 1;
            },
            connection -> connection.unwrap(org.postgresql.PGConnection.class),
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.getConnection().commit();
                return 1;
              }
            },
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.unwrap(org.postgresql.PGStatement.class);
              }
            },
            connection -> {
              execute(connection, "commit");
              return 1;
            },
            connection -> {
              execute(connection, "rollback");
              return 1;
            });
    for (CallerWork<Object> escape : escapes) {
      assertRefused(
          PostgresErrors.TRANSACTION_ESCAPE,
          () -> transactions.run(tenant(1), CallerOptions.writing(), escape));
    }
  }

  @Test
  @Tag("REQ-DB-021")
  void aSwallowedFailureDoesNotLookLikeSuccess() {
    assertRefused(
        PostgresErrors.TRANSACTION_FAILED,
        () ->
            transactions.run(
                tenant(1),
                CallerOptions.writing(),
                connection -> {
                  try {
                    execute(connection, "select 1 / 0");
                  } catch (SQLException swallowed) {
                    return "fine";
                  }
                  return "fine";
                }));
  }

  @Test
  @Tag("REQ-DB-021")
  void theConnectionIsOfNoUseAfterwards() throws Exception {
    Connection[] kept = new Connection[1];
    Statement[] keptStatement = new Statement[1];
    transactions.run(
        tenant(1),
        CallerOptions.reading(),
        connection -> {
          kept[0] = connection;
          keptStatement[0] = connection.createStatement();
          return 1;
        });

    assertThat(kept[0].isClosed()).isTrue();
    assertThatThrownBy(() -> kept[0].createStatement()).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> keptStatement[0].execute("select 1")).isInstanceOf(SQLException.class);
  }

  @Test
  @Tag("REQ-DB-021")
  void copyWorksInsideTheTransaction() throws Exception {
    StringBuilder copied = new StringBuilder();
    transactions.run(
        tenant(4),
        CallerOptions.reading(),
        connection -> {
          CopyManager copies = connection.unwrap(CopyManager.class);
          try {
            java.io.StringWriter writer = new java.io.StringWriter();
            copies.copyOut("copy (select count(*) from shop.orders) to stdout", writer);
            copied.append(writer);
          } catch (java.io.IOException failed) {
            throw new SQLException(failed);
          }
          return 1;
        });

    assertThat(copied.toString().strip()).isEqualTo("100");
  }

  @Test
  @Tag("REQ-DB-020")
  void aStatementBeyondItsTimeEnds() {
    assertRefused(
        PostgresErrors.STATEMENT_TIMEOUT,
        () ->
            transactions.run(
                tenant(1),
                CallerOptions.reading().withTimeout(Duration.ofMillis(100)),
                connection -> text(connection, "select pg_sleep(20)")));
  }

  /** Promise 4. The pool has few connections, so every one of them serves many callers. */
  @Test
  @Tag("REQ-DB-022")
  void nothingOfOneCallerReachesTheNextIn120MixedRequests() throws Exception {
    Random random = new Random(4);
    List<Future<String>> answers = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 120; i++) {
        int tenant = random.nextInt(10);
        int mischief = random.nextInt(MISCHIEF.size());
        boolean anonymous = i % 4 == 0;
        expected.add(anonymous ? "anon   0 0 0 0 0" : "authenticated " + tenant + "  100 0 0 0 0");
        answers.add(
            threads.submit(
                () -> {
                  String seen = observe(anonymous ? Caller.anonymous("none") : tenant(tenant));
                  leaveBehind(tenant(tenant), MISCHIEF.get(mischief));
                  return seen;
                }));
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get()).isEqualTo(expected.get(i));
    }
  }

  private static final List<String> MISCHIEF =
      List.of(
          "set request.jwt.claims = '{\"tenant\": 9}'",
          "set role service_role",
          "set search_path = shop, public",
          "set statement_timeout = '1h'",
          "set ipai.left = 'behind'",
          "create temp table left_behind as select * from shop.orders",
          "declare held cursor with hold for select * from shop.orders",
          "listen left_behind",
          "select pg_advisory_lock(4711)",
          "insert into shop.orders (tenant) values (99) returning id",
          "select 1 / 0",
          "select nextval(pg_get_serial_sequence('shop.orders', 'id'))");

  private static String observe(Caller caller) throws SQLException {
    return transactions.run(
        caller,
        CallerOptions.reading(),
        connection ->
            text(
                connection,
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
                """));
  }

  private static void leaveBehind(Caller caller, String mischief) {
    try {
      transactions.run(
          caller,
          CallerOptions.writing(),
          connection -> {
            execute(connection, mischief);
            return 1;
          });
    } catch (SQLException | IpaiException refused) {
      // Some mischief is refused; that must leave nothing behind either.
    }
  }

  @Test
  @Tag("REQ-DB-022")
  void aSessionIsCleanWhicheverWayItsTransactionEnded() throws Exception {
    for (String mischief : MISCHIEF) {
      leaveBehind(tenant(1), mischief);
      assertThat(observe(Caller.anonymous("none"))).as(mischief).isEqualTo("anon   0 0 0 0 0");
    }
  }

  @Test
  @Tag("REQ-DB-023")
  void aConnectionThatWasCutIsReplacedUnseenAndOneCutMidwayIsSaidSo() throws Exception {
    count(tenant(1));
    killServerConnections();

    assertThat(count(tenant(1))).isEqualTo(100);
    assertRefused(
        PostgresErrors.CONNECTION_CUT,
        () ->
            transactions.run(
                tenant(1),
                CallerOptions.reading(),
                connection -> {
                  killServerConnections();
                  return text(connection, "select 1");
                }));
    assertThat(count(tenant(1))).isEqualTo(100);
  }

  @Test
  @Tag("REQ-DB-023")
  void notOneOfManyConnectionsThatWereCutReachesACaller() throws Exception {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < db.database().poolSize(Login.SERVER); i++) {
      all.add(db.database().connect(Login.SERVER));
    }
    killServerConnections();
    // Given back only now: what was used a moment ago is lent again unasked.
    for (Connection cut : all) {
      cut.close();
    }

    assertThat(count(tenant(1))).isEqualTo(100);
  }

  private static void killServerConnections() throws SQLException {
    try (Connection superuser = db.superuser()) {
      execute(
          superuser,
          "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '"
              + Login.SERVER.role()
              + "' and datname = current_database()");
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
