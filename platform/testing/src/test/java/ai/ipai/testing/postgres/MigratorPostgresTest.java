package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationReport;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.postgres.migration.Migrator;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class MigratorPostgresTest {
  private static final Migration FIRST =
      migration(
          "20260101000000",
          "ipai_first",
          """
          -- the first; with a semicolon
          create table a (id int, note text default ';');
          create function f() returns int language sql begin atomic select 1; select 2; end;
          do $$ begin insert into a values (1); insert into a values (2); end $$;
          """);
  private static final Migration SECOND =
      migration(
          "20260101000001",
          "ipai_second",
          "set search_path = pg_catalog;\ncreate table public.b (id int);\nset role pg_monitor;");
  private static final Migration THIRD =
      migration("20260101000002", "ipai_third", "create table public.c as select * from a;");
  private static final String STATE =
      "select concat_ws(' ', to_regclass('a'), to_regclass('b'), to_regclass('c'),"
          + " (select string_agg(name, ' ' order by version)"
          + " from supabase_migrations.schema_migrations))";

  private TestDatabase db;

  private static Migration migration(String version, String name, String sql) {
    return new Migration(version, name, version + "_" + name + ".sql", sql);
  }

  private static MigrationSet set(Migration... migrations) {
    return new MigrationSet(List.of(migrations));
  }

  @BeforeEach
  void create() {
    db = TestPostgres.createEmpty();
  }

  @AfterEach
  void drop() {
    db.close();
  }

  private MigrationReport apply(Migration... migrations) {
    try (Connection owner = PostgresClient.open(db.url(), "test")) {
      MigrationReport report = new Migrator(set(migrations)).apply(owner);
      assertThat(owner.getAutoCommit()).isTrue();
      return report;
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private String text(String sql) throws SQLException {
    try (Connection owner = PostgresClient.open(db.url(), "test")) {
      return SupabaseContractTest.text(owner, sql);
    }
  }

  @Test
  @Tag("REQ-DB-030")
  void migrationsAreAppliedOnceInOrderAndRecorded() throws Exception {
    assertThat(apply(THIRD, FIRST, SECOND).applied()).containsExactly(FIRST, SECOND, THIRD);
    assertThat(apply(FIRST, SECOND, THIRD).applied()).isEmpty();

    assertThat(text(STATE)).isEqualTo("a b c ipai_first ipai_second ipai_third");
    assertThat(
            text(
                "select cardinality(statements)::text from"
                    + " supabase_migrations.schema_migrations order by version limit 1"))
        .isEqualTo("3");
  }

  @Test
  @Tag("REQ-DB-031")
  void aFailingMigrationLeavesNothingAndNamesFileLineAndCure() throws Exception {
    Migration broken =
        migration(
            "20260101000001",
            "ipai_broken",
            "create table b (id int);\n\ninsert into b values (1);\ninsert into\n  nowhere\nvalues (1);");

    assertThatThrownBy(() -> apply(FIRST, broken, THIRD))
        .isInstanceOfSatisfying(
            IpaiException.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(PostgresErrors.MIGRATION_FAILED);
              assertThat(failed.facts())
                  .containsEntry("file", broken.file())
                  .containsEntry("line", "5")
                  .containsEntry("sqlstate", "42P01");
              assertThat(failed.getMessage()).contains("nowhere");
              assertThat(failed.hint()).contains("./ipai migrate");
            });
    assertThat(text(STATE)).isEqualTo("a ipai_first");

    apply(FIRST, SECOND, THIRD);
    assertThat(text(STATE)).isEqualTo("a b c ipai_first ipai_second ipai_third");
  }

  @Test
  @Tag("REQ-DB-031")
  void aMigrationThatEndsItsTransactionIsRefusedBeforeItRuns() throws Exception {
    Migration escaping =
        migration("20260101000003", "ipai_escape", "create table d (id int);\ncommit;");

    assertThatThrownBy(() -> apply(FIRST, escaping))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.MIGRATION_SYNTAX);
              assertThat(refused.facts())
                  .containsEntry("file", escaping.file())
                  .containsEntry("line", "2");
            });
    assertThat(text("select coalesce(to_regclass('d')::text, 'none')")).isEqualTo("none");
  }

  @Test
  @Tag("REQ-DB-035")
  void aDatabaseOfANewerReleaseIsRefused() {
    apply(FIRST, SECOND);

    assertThatThrownBy(() -> apply(FIRST))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.MIGRATION_UNKNOWN);
              assertThat(refused.getMessage()).contains("20260101000001_ipai_second");
            });
  }

  @Test
  @Tag("REQ-DB-035")
  void migrationsOfTheProjectThatSharesTheTableAreNoObstacle() throws Exception {
    apply(migration("20270101000000", "customers", "create table customers (id int)"));

    MigrationReport report = apply(FIRST);

    assertThat(report.applied()).containsExactly(FIRST);
    assertThat(report.warnings()).isEmpty();
  }

  @Test
  @Tag("REQ-DB-035")
  void aChangedFileAndOneOutOfOrderAreWarnedAbout() {
    apply(FIRST, THIRD);
    Migration changed =
        migration(FIRST.version(), FIRST.name(), FIRST.sql().replace("values (2)", "values (3)"));
    Migration respaced =
        migration(THIRD.version(), THIRD.name(), "\n\n" + THIRD.sql().replace(" as", "\n  as"));

    MigrationReport report = apply(changed, SECOND, respaced);

    assertThat(report.applied()).containsExactly(SECOND);
    assertThat(report.warnings())
        .anySatisfy(w -> assertThat(w).contains(FIRST.file()).contains("differs"))
        .anySatisfy(w -> assertThat(w).contains(SECOND.file()).contains(THIRD.file()))
        .hasSize(2);
  }

  @Test
  @Tag("REQ-DB-031")
  void severalAtOnceApplyEachMigrationOnce() throws Exception {
    List<Future<MigrationReport>> reports = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 5; i++) {
        reports.add(threads.submit(() -> apply(FIRST, SECOND, THIRD)));
      }
    }
    int applied = 0;
    for (Future<MigrationReport> report : reports) {
      applied += report.get().applied().size();
    }
    assertThat(applied).isEqualTo(3);
  }

  /** Promise 34. */
  @Test
  @Tag("REQ-DB-031")
  void killedAtAnyStepAFileIsWhollyAppliedOrNotAtAllAndTheNextRunSucceeds() throws Exception {
    int step = 1;
    while (killedAt(step, set(FIRST, SECOND, THIRD))) {
      assertThat(stateAfterKill())
          .isIn(
              "",
              "a ipai_first",
              "a b ipai_first ipai_second",
              "a b c ipai_first ipai_second ipai_third");
      apply(FIRST, SECOND, THIRD);
      assertThat(text(STATE)).isEqualTo("a b c ipai_first ipai_second ipai_third");
      db.close();
      db = TestPostgres.createEmpty();
      step++;
    }
    assertThat(step).isGreaterThan(15);
  }

  private String stateAfterKill() throws SQLException {
    boolean recorded =
        !text("select to_regclass('supabase_migrations.schema_migrations')").equals("null");
    return recorded ? text(STATE) : text("select coalesce(to_regclass('a')::text, '')");
  }

  /** Promise 34, with what we ship: some steps, each followed by a whole run. */
  @Test
  @Tag("REQ-DB-031")
  void thePlatformsOwnMigrationsSurviveBeingKilled() throws Exception {
    MigrationSet platform = MigrationSet.ofPlatform();
    Random random = new Random(34);
    int step = 0;
    for (int kills = 0; kills < 4; kills++) {
      step += 5 + random.nextInt(40);
      if (!killedAt(step, platform)) {
        break;
      }
      try (Connection owner = PostgresClient.open(db.url(), "test")) {
        new Migrator(platform).apply(owner);
        assertThat(new Migrator(platform).pending(owner)).isEmpty();
      }
      db.close();
      db = TestPostgres.createEmpty();
    }
    assertThat(step).isGreaterThan(10);
  }

  /**
   * Before every single statement and commit, one after the other on one database: whatever is
   * killed leaves nothing of its file, the next run goes one step further, and what comes out is
   * what an undisturbed run makes.
   */
  @Test
  @Tag("REQ-DB-031")
  @EnabledIfSystemProperty(named = "ipai.test.all", matches = "true")
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void killedBeforeEveryStepInTurnTheMigrationsComeOutTheSame() throws Exception {
    MigrationSet platform = MigrationSet.ofPlatform();
    int kills = 0;
    int step = 1;
    int pending = platform.migrations().size();
    while (killedAt(step, platform)) {
      kills++;
      int now = pendingOf(platform);
      step = now < pending ? 2 : step + 1;
      pending = now;
    }
    assertThat(pendingOf(platform)).isZero();
    assertThat(kills).isGreaterThan(100);
    try (TestDatabase undisturbed = TestPostgres.create()) {
      assertThat(shape(db)).isEqualTo(shape(undisturbed));
    }
  }

  private int pendingOf(MigrationSet platform) throws SQLException {
    try (Connection owner = PostgresClient.open(db.url(), "test")) {
      return new Migrator(platform).pending(owner).size();
    }
  }

  /** Every relation, function and policy with its owner and rights. */
  private static String shape(TestDatabase database) throws SQLException {
    return SupabaseContractTest.text(
        database.superuser(),
        """
        select string_agg(line, E'\\n' order by line) from (
          select format('%s %s.%s %s %s %s', c.relkind, n.nspname, c.relname, pg_get_userbyid(c.relowner), c.relacl,
              c.relforcerowsecurity) as line
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('ipai', 'auth', 'ipai_part')
          union all
          select format('%s %s', p.oid::regprocedure, md5(p.prosrc)) from pg_proc p
            join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('ipai', 'auth')
          union all
          select format('%s.%s %s %s %s %s', schemaname, tablename, policyname, roles, cmd, qual) from pg_policies
        ) all_of_it
        """);
  }

  /** Cuts the connection before the given statement or commit; false where there are fewer. */
  private boolean killedAt(int step, MigrationSet migrations) throws SQLException {
    try (Connection owner = PostgresClient.open(db.url(), "test");
        Connection superuser = db.superuser();
        Statement killer = superuser.createStatement()) {
      String pid = SupabaseContractTest.text(owner, "select pg_backend_pid()");
      KillingConnection killing =
          new KillingConnection(
              owner, step, () -> killer.execute("select pg_terminate_backend(" + pid + ", 5000)"));
      try {
        new Migrator(migrations).apply(killing.connection());
        return false;
      } catch (IpaiException cut) {
        assertThat(cut.code()).isEqualTo(PostgresErrors.CONNECTION_CUT);
        return true;
      }
    }
  }
}
