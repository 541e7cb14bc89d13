package ai.ipai.server.doctor;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.FileWatermark;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.Vault;
import ai.ipai.ingest.run.SyncRunner;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PoolConfig;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.login.RuntimeLoginCheck;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerFile;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks at everything that an installation stands on; changes nothing. An embedded database that
 * does not run is started on a free port for the look and stopped again.
 */
public final class Doctor {
  private static final PoolConfig POOLS = new PoolConfig(2, 1, Duration.ofSeconds(3));
  private static final String MIGRATE = "./ipai migrate --database-url OWNER_URL";

  private static final Set<String> PLACE = Set.of("host", "port", "database", "user", "folder");

  private final PlatformConfig config;
  private final MigrationSet release;
  private final List<Finding> findings = new ArrayList<>();

  public Doctor(PlatformConfig config) {
    this(config, MigrationSet.ofPlatform());
  }

  /**
   * A doctor of another release.
   *
   * @param release what a database should have
   */
  public Doctor(PlatformConfig config, MigrationSet release) {
    this.config = config;
    this.release = release;
  }

  /** Everything, in the order in which things depend on each other. */
  public List<Finding> examine() {
    MachineCheck machine = new MachineCheck(config, findings);
    machine.run();
    if (config.settings().database().isEmbedded()) {
      if (hasCluster()) {
        safekeeping().files();
      }
      embedded();
    } else {
      look(DatabaseUrl.parse(config.settings().database().url().orElseThrow().reveal()), MIGRATE);
    }
    return List.copyOf(findings);
  }

  private void embedded() {
    Optional<ServerFile> running = ServerFile.find(config.dataDir());
    if (running.isPresent() && running.get().databasePort() > 0) {
      look(local(running.get().databasePort()), "./ipai up, which migrates when it starts");
      return;
    }
    if (!hasCluster()) {
      findings.add(Finding.good("database", "is made at the first start (./ipai up, ./ipai demo)"));
      return;
    }
    try (EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedConfig.of(config.dataDir(), 0))) {
      look(local(server.port()), "./ipai up, which migrates when it starts");
    } catch (IpaiException e) {
      findings.add(
          e.code().equals(PostgresErrors.DATA_DIR_IN_USE)
              ? Finding.warning(
                  "database", String.valueOf(e.getMessage()), "Wait until it is done.")
              : fault("database", e));
    }
  }

  private boolean hasCluster() {
    return Files.exists(ClusterOwnership.clusterDir(config.dataDir()).resolve("PG_VERSION"));
  }

  private SafekeepingCheck safekeeping() {
    return new SafekeepingCheck(config, findings, Clock.systemUTC());
  }

  private static DatabaseUrl local(int port) {
    return DatabaseUrl.of("127.0.0.1", port, "postgres", Login.SERVER.role(), null);
  }

  private void look(DatabaseUrl url, String migrate) {
    Optional<MasterKey> key = key();
    try (Database database = Database.of(url, key.orElseGet(MasterKey::generate), POOLS)) {
      if (!reach(database, url)) {
        return;
      }
      if (key.isEmpty()) {
        return; // said already; without it no login of ours can be tried
      }
      new ControlTransactions(database)
          .run(
              CallerOptions.reading(),
              connection -> {
                new DatabaseCheck(connection, findings, release, migrate).run();
                safekeeping()
                    .database(connection, key.get(), ServerFile.find(config.dataDir()).isPresent());
                logs(connection, database, key.get());
                return true;
              });
    } catch (IpaiException e) {
      findings.add(fault("platform's logins", e));
    } catch (SQLException e) {
      findings.add(
          Finding.fault(
              "control plane",
              "cannot be read (SQLSTATE " + e.getSQLState() + ")",
              "Run " + migrate + "."));
    }
  }

  /** With the secrets that runs would use; what is asked for leaves its entry in the audit. */
  private void logs(Connection connection, Database database, MasterKey key) throws SQLException {
    SecretScrubber scrubber = new SecretScrubber();
    try (AuditReads reads = new AuditReads(database, scrubber, AuditReads.Config.DEFAULT)) {
      AuditLog audit = new AuditLog(reads, scrubber);
      Vault vault =
          new DatabaseVault(database, key, new FileWatermark(config.dataDir()), audit, scrubber);
      SyncRunner runner =
          new SyncRunner(
              database,
              audit::record,
              List.of(new DatabaseConnectorType()),
              (connector, reference) ->
                  vault
                      .resolve(SecretUser.connector(connector), SecretRef.parse(reference))
                      .reveal(),
              Clock.systemUTC(),
              config.workspace().orElse(config.dataDir()));
      new LogCheck(findings, runner::heldLog).run(connection);
    }
  }

  /** The login that was named; false where nothing more can be found out. */
  private boolean reach(Database database, DatabaseUrl url) {
    try (Connection connection =
        url.role().equals(Login.SERVER.role())
            ? database.open(Login.SERVER)
            : PostgresClient.open(url, "ipai doctor")) {
      String version = connection.getMetaData().getDatabaseProductVersion();
      findings.add(
          Finding.good(
              "database",
              "PostgreSQL " + version + " answers at " + url.host() + ":" + url.port()));
      RuntimeLoginCheck.check(connection);
      findings.add(Finding.good("login", url.role() + " is bound by row security"));
      return true;
    } catch (IpaiException e) {
      boolean isTooStrong = e.code().equals(PostgresErrors.LOGIN_TOO_STRONG);
      findings.add(fault(isTooStrong ? "login" : "database", e));
      return isTooStrong;
    } catch (SQLException e) {
      findings.add(
          Finding.fault(
              "login",
              "cannot be looked at (SQLSTATE " + e.getSQLState() + ")",
              "Try again; see the log of the database."));
      return false;
    }
  }

  private Optional<MasterKey> key() {
    Path file = config.dataDir().resolve(MasterKey.FILE);
    try {
      return config
          .settings()
          .masterKey()
          .map(given -> MasterKey.parse(given.reveal()))
          .or(
              () ->
                  Files.exists(file)
                      ? Optional.of(MasterKey.loadOrCreate(config.dataDir(), Map.of()))
                      : Optional.empty());
    } catch (IpaiException unusable) {
      return Optional.empty(); // said by the look at the machine
    }
  }

  /** The facts belong to it: where it was tried, as whom. */
  private static Finding fault(String subject, IpaiException e) {
    String where =
        e.facts().entrySet().stream()
            .filter(fact -> PLACE.contains(fact.getKey()))
            .map(fact -> fact.getKey() + " " + fact.getValue())
            .collect(Collectors.joining(", "));
    return Finding.fault(
        subject,
        e.code() + ": " + e.getMessage() + (where.isEmpty() ? "" : " (" + where + ")"),
        e.hint().replace("; ./ipai doctor looks closer", ""));
  }

  /** For people: {@code good}, {@code warning}, {@code fault}. */
  public static String word(Finding.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
