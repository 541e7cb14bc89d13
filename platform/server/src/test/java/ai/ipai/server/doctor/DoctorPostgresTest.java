package ai.ipai.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.audit.seal.Checkpoint;
import ai.ipai.governance.config.Setting;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.disk.DiskReading;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.server.PlatformConfig;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault that the doctor knows, and its cure. */
@Tag("REQ-SERVER-013")
class DoctorPostgresTest {
  private static final MigrationSet RELEASE = MigrationSet.ofPlatform();

  @TempDir private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestPostgres.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private PlatformConfig config(DatabaseUrl url, Map<Setting, String> more) {
    Map<Setting, String> options = new HashMap<>(more);
    options.put(Setting.DATA_DIR, folder.toString());
    options.put(Setting.DATABASE_URL, url.revealed());
    return PlatformConfig.load(
        Path.of(System.getProperty("ipai.root", "../..")),
        folder,
        Map.of("IPAI_MASTER_KEY", database.masterKey().encoded()),
        options);
  }

  private DatabaseUrl own() {
    return own(database.url().port());
  }

  private DatabaseUrl own(int port) {
    DatabaseUrl url = database.url();
    return DatabaseUrl.of(url.host(), port, url.database(), Login.SERVER.role(), null);
  }

  private List<Finding> examine(DatabaseUrl url, MigrationSet release) {
    return new Doctor(config(url, Map.of()), release).examine();
  }

  private static Finding fault(List<Finding> findings, String subject) {
    return findings.stream()
        .filter(f -> f.subject().equals(subject) && f.state() == Finding.State.FAULT)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no fault of " + subject + " in " + findings));
  }

  private static void execute(Connection connection, String sql) throws Exception {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aSoundDatabaseHasNoFault() {
    assertThat(examine(own(), RELEASE))
        .noneMatch(f -> f.state() == Finding.State.FAULT)
        .anySatisfy(
            f -> assertThat(f.found()).isEqualTo(RELEASE.migrations().size() + " of this release"));
  }

  @Test
  void pendingMigrationsAreNamedWithWhatAppliesThem() {
    List<Migration> more = new ArrayList<>(RELEASE.migrations());
    more.add(new Migration("29990101000000", "ipai_later", "29990101000000_ipai_later.sql", ""));
    Finding fault = fault(examine(own(), new MigrationSet(more)), "migrations");
    assertThat(fault.found()).isEqualTo("not applied: 29990101000000_ipai_later.sql");
    assertThat(fault.cure()).contains("./ipai migrate --database-url OWNER_URL");
  }

  @Test
  void aNewerReleaseAndTheProjectsOwnMigrationsAreToldApart() throws Exception {
    execute(
        database.owner(),
        """
        insert into supabase_migrations.schema_migrations (version, name)
        values ('29990101000000', 'ipai_later'), ('29990101000001', 'shop_tables')
        """);
    Finding fault = fault(examine(own(), RELEASE), "migrations");
    assertThat(fault.found()).contains("29990101000000_ipai_later").doesNotContain("shop_tables");
    assertThat(fault.cure()).contains("Start that release");
  }

  @Test
  void aDatabaseWithoutThePlatformSaysToMigrate() {
    try (TestDatabase empty = TestPostgres.createEmpty()) {
      DatabaseUrl url =
          DatabaseUrl.of(
              empty.url().host(),
              empty.url().port(),
              empty.url().database(),
              Login.SERVER.role(),
              null);
      assertThat(examine(url, RELEASE))
          .anySatisfy(
              f -> {
                assertThat(f.state()).isEqualTo(Finding.State.FAULT);
                assertThat(f.cure()).contains("./ipai migrate --database-url OWNER_URL");
              });
    }
  }

  @Test
  void aWrongPasswordIsToldAndNotShown() {
    DatabaseUrl wrong = own().withLogin(Login.SERVER.role(), "a-canary-password");
    List<Finding> findings = examine(wrong, RELEASE);
    assertThat(fault(findings, "database").found()).contains("PG-002", "ipai_server", "port ");
    assertThat(findings.toString()).doesNotContain("a-canary-password");
  }

  @Test
  void anUnreachableServerIsToldWithItsAddress() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Finding fault = fault(examine(own(free), RELEASE), "database");
    assertThat(fault.found()).contains("PG-001", "port " + free);
    assertThat(fault.cure()).contains("correct host and port").doesNotContain("doctor");
  }

  @Test
  void aLoginThatRowSecurityDoesNotBindIsAFaultAndTheRestIsStillExamined() {
    List<Finding> findings = examine(database.url(), RELEASE);
    assertThat(fault(findings, "login").found()).contains("PG-032", "BYPASSRLS");
    assertThat(findings).extracting(Finding::subject).contains("clock", "roles", "protection");
  }

  @Test
  void aPortThatIsTakenNamesTheProcess() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      List<Finding> findings =
          new Doctor(config(own(), Map.of(Setting.PORT, Integer.toString(port))), RELEASE)
              .examine();
      assertThat(findings)
          .anySatisfy(
              f -> {
                assertThat(f.subject()).isEqualTo("port " + port);
                assertThat(f.state()).isEqualTo(Finding.State.WARNING);
                assertThat(f.cure()).contains("--port N");
                if (Files.exists(Path.of("/proc/net/tcp"))) {
                  assertThat(f.found()).contains("process " + ProcessHandle.current().pid());
                }
              });
    }
  }

  @Test
  void nothingIsMadeByLooking() {
    Path absent = folder.resolve("absent");
    PlatformConfig config =
        PlatformConfig.load(folder, folder, Map.of(), Map.of(Setting.DATA_DIR, absent.toString()));
    assertThat(new Doctor(config).examine()).noneMatch(f -> f.state() == Finding.State.FAULT);
    assertThat(absent).doesNotExist();
  }

  @Test
  void disksAreJudgedAsTheGuardDoes() {
    assertThat(disk(50).state()).isEqualTo(Finding.State.GOOD);
    assertThat(disk(86).state()).isEqualTo(Finding.State.WARNING);
    assertThat(disk(86).cure()).contains("from 90 %");
    assertThat(disk(91).state()).isEqualTo(Finding.State.FAULT);
    assertThat(disk(91).found()).contains("loading, building and writing wait");
  }

  private Finding disk(long usedPercent) {
    return MachineCheck.disk(new DiskReading("data", folder, usedPercent, 100 - usedPercent), 90);
  }

  @Test
  void clocksAreJudged() {
    assertThat(DatabaseCheck.clock(Duration.ofSeconds(-4)).state()).isEqualTo(Finding.State.GOOD);
    assertThat(DatabaseCheck.clock(Duration.ofMinutes(-1)).found()).contains("60 s behind");
    assertThat(DatabaseCheck.clock(Duration.ofHours(1)).cure()).contains("time server");
    assertThat(safekeeping().clock(sealed(3, NOW.plusSeconds(3600), 0, NOW)))
        .singleElement()
        .satisfies(f -> assertThat(f.found()).contains("was set back", "60 minutes"));
    assertThat(safekeeping().clock(sealed(3, NOW.minusSeconds(5), 0, NOW))).isEmpty();
  }

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private SafekeepingCheck safekeeping() {
    return new SafekeepingCheck(
        config(own(), Map.of()), new ArrayList<>(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static SafekeepingCheck.Sealed sealed(
      long batch, Instant at, long waiting, Instant oldest) {
    return new SafekeepingCheck.Sealed(batch, Optional.of(at), waiting, Optional.of(oldest));
  }

  @Test
  void aSealThatLagsIsAFaultOfTheServerThatRuns() {
    SafekeepingCheck.Sealed late = sealed(7, NOW.minusSeconds(900), 12, NOW.minusSeconds(890));
    Finding fault = safekeeping().sealing(late, Optional.empty(), true);
    assertThat(fault.state()).isEqualTo(Finding.State.FAULT);
    assertThat(fault.found()).contains("12 entries wait", "15 minutes ago", "for 14 minutes");
    assertThat(safekeeping().sealing(late, Optional.empty(), false).state())
        .as("nobody seals while nothing runs")
        .isEqualTo(Finding.State.GOOD);
    SafekeepingCheck.Sealed young = sealed(7, NOW.minusSeconds(9), 2, NOW.minusSeconds(2));
    assertThat(safekeeping().sealing(young, Optional.empty(), true).state())
        .isEqualTo(Finding.State.GOOD);
  }

  @Test
  void aLogThatEndsBeforeItsCheckpointIsAFault() {
    Checkpoint ahead = new Checkpoint(9, new byte[32], 90, NOW, 0, "key", new byte[64]);
    Finding fault = safekeeping().sealing(sealed(7, NOW, 0, NOW), Optional.of(ahead), true);
    assertThat(fault.state()).isEqualTo(Finding.State.FAULT);
    assertThat(fault.found()).contains("ends at batch 7", "batch 9 was anchored");
    assertThat(fault.cure()).contains("./ipai audit verify", "--accept-audit-loss");
  }

  @Test
  void backupsAreMissedAfterADay() {
    assertThat(safekeeping().backup(Optional.empty()).cure()).contains("./ipai backup");
    assertThat(safekeeping().backup(Optional.of(NOW.minusSeconds(3600))).state())
        .isEqualTo(Finding.State.GOOD);
    Finding old = safekeeping().backup(Optional.of(NOW.minus(Duration.ofDays(3))));
    assertThat(old.state()).isEqualTo(Finding.State.WARNING);
    assertThat(old.found()).contains("3 days ago");
  }

  @Test
  void aLogThatWaitsToLeaveTheMachineIsAFaultAfterFiveMinutes() throws IOException {
    Path outbox = folder.resolve("outbox");
    assertThat(safekeeping().outbox(outbox).state()).isEqualTo(Finding.State.GOOD);
    Files.createDirectory(outbox);
    Path segment = Files.createFile(outbox.resolve("000000010000000000000001.gz"));
    Files.setLastModifiedTime(segment, FileTime.from(NOW.minusSeconds(60)));
    assertThat(safekeeping().outbox(outbox).state()).isEqualTo(Finding.State.GOOD);
    Files.setLastModifiedTime(segment, FileTime.from(NOW.minusSeconds(600)));
    Finding late = safekeeping().outbox(outbox);
    assertThat(late.state()).isEqualTo(Finding.State.FAULT);
    assertThat(late.found()).contains("1 segments wait, the oldest for 10 minutes");
  }

  @Test
  void whatTheServerItselfIsNotContentWithIsNamed() {
    List<Finding> found =
        ServerCheck.parts(
            "{\"status\":\"warn\",\"checks\":{\"database\":\"up\",\"wal-archive\":\"late\","
                + "\"audit-seal\":\"stopped\",\"intake\":\"paused\"}}");
    assertThat(found).extracting(Finding::subject).containsExactly("wal-archive", "audit-seal");
    assertThat(found).allSatisfy(f -> assertThat(f.cure()).isNotEmpty());
    assertThat(ServerCheck.parts("no json")).isEmpty();
  }

  @Test
  @Tag("REQ-VAULT-008")
  void secretsOfALostKeyNameTheWayOut() throws Exception {
    execute(
        database.superuser(),
        """
        insert into ipai.secret (name, store, current_version, created_by, rotated_by)
          values ('odoo/api_key', 'envelope', 1, 'user:a', 'user:a');
        insert into ipai.secret_manifest (counter, content, key_id, mac)
          values (4, 'odoo/api_key 1', 'of-another-key', sha256('x'))
        """);
    Finding fault = fault(examine(own(), RELEASE), "vault");
    assertThat(fault.found()).contains("VLT-012");
    assertThat(fault.cure()).contains("IPAI_MASTER_KEY", "./ipai secret reset");
    execute(database.superuser(), "update ipai.secret set lost_at = now()");
    assertThat(examine(own(), RELEASE))
        .anySatisfy(
            f -> {
              assertThat(f.subject()).isEqualTo("secrets");
              assertThat(f.found()).contains("odoo/api_key");
              assertThat(f.cure()).contains("./ipai secret put odoo/api_key");
            });
  }
}
