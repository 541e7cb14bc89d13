package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.Json;
import ai.ipai.governance.backup.WalShipping;
import ai.ipai.governance.config.Setting;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretMetadata;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.server.DemoUsers;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import ai.ipai.testing.wait.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A working installation comes back: every row, every rule, every figure, every login. */
@Tag("REQ-BACKUP-008")
class RestoreDrillPlatformTest {
  private static final Path ROOT =
      Path.of(System.getProperty("ipai.root", "../..")).toAbsolutePath().normalize();

  /** Grow while somebody looks. */
  private static final List<String> GROWING = List.of("ipai.audit_log", "ipai.audit_seal");

  @TempDir private Path folder = Path.of("");
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void aWorkspaceWithPeopleComesBackWhole() throws Exception {
    Path data = folder.resolve("data");
    RecordingTerminal terminal = at(data);
    done(terminal, "new", "workspace", folder.resolve("shop").toString());
    try (Platform running = Platform.start(config(data))) {
      done(terminal, "apply");
      done(terminal, "sync", "shop");
      done(terminal, "build");
      new DemoUsers(data, new AccountStore(running.installation().control()), new PasswordHasher())
          .create(
              List.of(
                  person("alma", "ipai_platform_admin"),
                  person("bruno", "ipai_bi_developer"),
                  person("aude", "ipai_auditor")));
      SecretActor admin = SecretActor.of("user:test", "ipai_platform_admin");
      SecretRef key = new SecretRef("shop/key");
      running.installation().vault().put(admin, key, SecretValue.of("a-canary-value"), "");
      running.installation().vault().grant(admin, key, SecretUser.connector("shop"));
    }
    drill(data, 3);
  }

  @Test
  @EnabledIfSystemProperty(
      named = "ipai.test.all",
      matches = "true",
      disabledReason = "a minute; run by ./ipai test --all")
  void theDemoComesBackWhole() throws Exception {
    Path data = folder.resolve("data");
    done(at(data), "demo", "--once", "--port", "0", "--db-port", "0");
    drill(data, 8);
  }

  private static DemoUsers.Person person(String name, String role) {
    return new DemoUsers.Person(name + "@example.com", name, "", List.of(role), Map.of());
  }

  private void drill(Path data, int people) throws Exception {
    Path backup = folder.resolve("backup.zip");
    SortedMap<String, String> held;
    SortedMap<String, String> seen;
    long lastEntry;
    try (Platform running = Platform.start(config(data))) {
      lastEntry = Long.parseLong(one(running, "select max(id)::text from ipai.audit_log"));
      held = held(running, lastEntry);
      done(at(data), "backup", backup.toString());
      assertThat(at(data).run("doctor")).isZero();
      seen = seen(running, data, people);
      assertThat(seen)
          .as("figures")
          .anySatisfy(
              (path, answer) -> {
                assertThat(path).contains("/tiles/");
                assertThat(answer).contains("\"rows\":[[");
              });
      // A segment of log is full and leaves, with what was signed in and read since.
      sql(running, "select pg_switch_wal()");
    }
    comesBack(
        folder.resolve("moment"), data, held, seen, lastEntry, backup.toString(), "--to", "latest");
    comesBack(folder.resolve("restored"), data, held, seen, lastEntry, backup.toString());
    comesBack(folder.resolve("again"), data, held, seen, lastEntry, backup.toString());
  }

  private void comesBack(
      Path restored,
      Path data,
      SortedMap<String, String> held,
      SortedMap<String, String> seen,
      long lastEntry,
      String... restore)
      throws Exception {
    Files.createDirectory(restored);
    Files.copy(data.resolve("master.key"), restored.resolve("master.key"));
    RecordingTerminal terminal = at(restored);
    List<String> words = new ArrayList<>(List.of("restore"));
    words.addAll(List.of(restore));
    done(terminal, words.toArray(String[]::new));
    assertThat(terminal.out()).contains("as they were written", "every one read", "restored in");
    assertThat(DemoUsers.logins(restored)).isEqualTo(DemoUsers.logins(data)).isNotEmpty();
    assertThat(Files.getPosixFilePermissions(restored.resolve("demo-logins.json"))).hasSize(2);
    try (Platform running = Platform.start(config(restored))) {
      SortedMap<String, String> now = held(running, lastEntry);
      SortedMap<String, String> then = new TreeMap<>(held);
      if (words.contains("--to")) {
        // Newer than the backup, and rightly so: who has signed in since.
        now.keySet().removeIf(RestoreDrillPlatformTest::isOfSessions);
        then.keySet().removeIf(RestoreDrillPlatformTest::isOfSessions);
      }
      assertThat(now).isEqualTo(then);
      assertThat(seen(running, restored, DemoUsers.logins(data).size())).isEqualTo(seen);
      itsLogLeavesTheMachine(running);
    }
    done(terminal, "audit", "verify");
  }

  /** Beside that of the server it comes from, and of others that were restored: one place. */
  private static void itsLogLeavesTheMachine(Platform running) throws Exception {
    WalShipping shipping = running.installation().shipping().orElseThrow();
    sql(running, "select pg_switch_wal()");
    Await.until(
        "a segment is archived",
        Duration.ofSeconds(60),
        () -> shipping.shipped() > 0 || !shipping.problem().isEmpty());
    assertThat(shipping.problem()).isEmpty();
  }

  private static boolean isOfSessions(String table) {
    return table.startsWith("auth.")
        || table.startsWith("ipai.sign_in")
        || table.equals("ipai.attempt");
  }

  /** Every table with its rows and their hash; roles, policies, grants; the log up to an entry. */
  private static SortedMap<String, String> held(Platform running, long lastEntry) throws Exception {
    SortedMap<String, String> held = new TreeMap<>();
    for (String table :
        column(
            running,
            """
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname !~ '^(pg_|information_schema)'
            """)) {
      if (!GROWING.contains(table)) {
        held.put(table, hash(running, table + " t", "t::text"));
      }
    }
    held.put(
        "the audit log", hash(running, "ipai.audit_log t where t.id <= " + lastEntry, "t::text"));
    held.put(
        "roles",
        hash(
            running,
            "pg_roles r",
            "r.rolname || r.rolcanlogin || r.rolsuper || r.rolbypassrls || r.rolinherit"));
    held.put("policies", hash(running, "pg_policies p", "p::text"));
    held.put(
        "grants",
        hash(
            running,
            "pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_'",
            "n.nspname || c.relname || coalesce(c.relacl::text, '') || c.relrowsecurity"
                + " || c.relforcerowsecurity"));
    return held;
  }

  private static String hash(Platform running, String from, String text) throws Exception {
    return one(
        running,
        "select count(*) || ' ' || coalesce(md5(string_agg(h, '' order by h)), '') from"
            + " (select md5("
            + text
            + ") as h from "
            + from
            + ") as hashed");
  }

  /** What each login is answered: the catalog with its counts, and every figure. */
  private SortedMap<String, String> seen(Platform running, Path data, int people) throws Exception {
    SortedMap<String, String> seen = new TreeMap<>();
    assertThat(DemoUsers.logins(data)).hasSize(people);
    for (DemoUsers.Login login : DemoUsers.logins(data)) {
      String token = signIn(running, login);
      for (String path : List.of("/api/v1/layers", "/api/v1/tables", "/api/v1/dashboards")) {
        seen.put(login.email() + " " + path, get(running, path, token));
      }
      for (JsonNode dashboard : Json.read(get(running, "/api/v1/dashboards", token))) {
        String path = "/api/v1/dashboards/" + dashboard.path("name").asString();
        int tiles = Json.read(get(running, path, token)).path("tiles").size();
        for (int i = 0; i < tiles; i++) {
          String tile = path + "/tiles/" + i;
          HttpResponse<String> figures = answer(running, tile, token);
          seen.put(
              login.email() + " " + tile,
              // Of a table that is closed to them: refused then, refused now.
              figures.statusCode() == 200 ? figures.body() : "" + figures.statusCode());
        }
      }
    }
    for (SecretMetadata secret : running.installation().vault().list()) {
      for (SecretUser user : secret.users()) {
        String value = running.installation().vault().resolve(user, secret.ref()).reveal();
        seen.put(secret.ref() + " " + user, Integer.toHexString(value.hashCode()));
      }
    }
    return seen;
  }

  private String signIn(Platform running, DemoUsers.Login login) throws Exception {
    HttpResponse<String> session =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(running.apiUrl() + "/auth/v1/token?grant_type=password"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        Json.text(Map.of("email", login.email(), "password", login.password()))))
                .build(),
            BodyHandlers.ofString());
    assertThat(session.statusCode()).as(login.email()).isEqualTo(200);
    return Json.read(session.body()).path("access_token").asString();
  }

  private String get(Platform running, String path, String token) throws Exception {
    HttpResponse<String> answer = answer(running, path, token);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> answer(Platform running, String path, String token)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(running.apiUrl() + path))
            .header("Authorization", "Bearer " + token)
            .build(),
        BodyHandlers.ofString());
  }

  private static void sql(Platform running, String text) throws Exception {
    column(running, text);
  }

  private static String one(Platform running, String query) throws Exception {
    return column(running, query).getFirst();
  }

  /** As the superuser, from whom no row is hidden. */
  private static List<String> column(Platform running, String query) throws Exception {
    Path credentials = running.installation().config().dataDir().resolve("credentials.json");
    DatabaseUrl url =
        DatabaseUrl.of(
            "127.0.0.1",
            running.installation().embeddedPort().orElseThrow(),
            "postgres",
            "supabase_admin",
            Json.read(Files.readString(credentials)).path("supabase_admin").asString());
    try (Connection connection = PostgresClient.open(url, "test");
        Statement statement = connection.createStatement()) {
      return column(statement, query);
    }
  }

  private static List<String> column(Statement statement, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static void done(RecordingTerminal terminal, String... args) {
    assertThat(terminal.run(args))
        .as(() -> String.join(" ", args) + "\n" + terminal.out() + terminal.err())
        .isEqualTo(Cli.DONE);
  }

  private RecordingTerminal at(Path dataDir) {
    return new RecordingTerminal(
        Map.of(
            "IPAI_DATA_DIR", dataDir.toString(),
            "IPAI_DATABASE_PORT", "0",
            "IPAI_BACKUP_ARCHIVE", folder.resolve("archive").toUri().toString(),
            "IPAI_WORKSPACE", folder.resolve("shop").toString()));
  }

  private PlatformConfig config(Path dataDir) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    options.put(Setting.DATA_DIR, dataDir.toString());
    options.put(Setting.PORT, "0");
    options.put(Setting.DATABASE_PORT, "0");
    options.put(Setting.BACKUP_ARCHIVE, folder.resolve("archive").toUri().toString());
    return PlatformConfig.load(ROOT, folder, Map.of(), options);
  }
}
