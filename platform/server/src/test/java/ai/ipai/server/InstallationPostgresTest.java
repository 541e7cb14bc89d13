package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.ipai.governance.config.Setting;
import ai.ipai.governance.vault.log.ScrubbingEncoder;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which logins the server takes from a URL. */
@Tag("REQ-SERVER-014")
class InstallationPostgresTest {
  @TempDir private static Path dataDir = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void theServersOwnLoginServes() {
    try (Installation installation = Installation.open(config(ownLogin()))) {
      assertThat(installation.callers()).isNotNull();
    }
  }

  @Test
  void aSuperuserIsRefused() {
    assertThat(refusal(database.superuserUrl()).getMessage())
        .contains("supabase_admin", "is superuser");
  }

  @Test
  void theOwnerOfTheDatabaseIsRefusedWithEveryReason() {
    IpaiException refusal = refusal(database.url());
    assertThat(refusal.getMessage()).contains("postgres", "has BYPASSRLS", "has CREATEROLE");
    assertThat(refusal.hint()).contains("ipai migrate");
  }

  @Test
  void anOwnerOfCallerDataIsRefused() throws Exception {
    String role = "strong_" + ProcessHandle.current().pid();
    try (Connection owner = database.superuser();
        Statement statement = owner.createStatement()) {
      statement.execute("create role " + role + " login password 'a-strong-canary'");
      try {
        statement.execute("create schema gold_strong authorization " + role);
        statement.execute("create table gold_strong.sales (id int)");
        statement.execute("alter table gold_strong.sales owner to " + role);
        IpaiException refusal = refusal(database.url().withLogin(role, "a-strong-canary"));
        assertThat(refusal.getMessage()).contains(role, "owns 1 tables, such as gold_strong.sales");
        assertThat(refusal.getMessage() + refusal.facts()).doesNotContain("a-strong-canary");
      } finally {
        statement.execute("drop schema if exists gold_strong cascade");
        statement.execute("drop owned by " + role);
        statement.execute("drop role " + role);
      }
    }
  }

  @Test
  @Tag("REQ-SERVER-015")
  void whatItWasStartedWithIsScrubbed() {
    try (Installation installation = Installation.open(config(ownLogin()))) {
      MasterKey key = database.masterKey();
      assertThat(installation.scrubber()).isSameAs(ScrubbingEncoder.SCRUBBER);
      assertThat(ScrubbingEncoder.SCRUBBER.finds("key " + key.encoded())).isTrue();
      assertThat(ScrubbingEncoder.SCRUBBER.finds("as " + key.password(Login.SERVER))).isTrue();
    }
  }

  /** Without a password, which is derived from the master key. */
  private static DatabaseUrl ownLogin() {
    DatabaseUrl url = database.url();
    return DatabaseUrl.of(url.host(), url.port(), url.database(), Login.SERVER.role(), null);
  }

  private static IpaiException refusal(DatabaseUrl url) {
    IpaiException refusal =
        catchThrowableOfType(IpaiException.class, () -> Installation.open(config(url)).close());
    assertThat(refusal.code().id()).isEqualTo("PG-032");
    return refusal;
  }

  private static PlatformConfig config(DatabaseUrl url) {
    return PlatformConfig.load(
        Path.of(System.getProperty("ipai.root", "../..")),
        dataDir,
        Map.of("IPAI_MASTER_KEY", database.masterKey().encoded()),
        Map.of(Setting.DATA_DIR, dataDir.toString(), Setting.DATABASE_URL, url.revealed()));
  }
}
