package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.backup.WalArchive;
import ai.ipai.governance.backup.WalShipping;
import ai.ipai.governance.config.SecretSource;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.FileWatermark;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.log.ScrubbingEncoder;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PoolConfig;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.login.RuntimeLoginCheck;
import ai.ipai.postgres.migration.InstallReport;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * One installation's database and what stands directly on it. The server opens it, and so does
 * every command: on the database of a server that runs already, on the embedded one started for the
 * command, or on another PostgreSQL.
 */
public final class Installation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
  private static final String MARKER = "installed";

  private final PlatformConfig config;
  private final MasterKey key;
  private final Database database;
  private final Optional<EmbeddedPostgres> embedded;
  private final Optional<DatabaseUrl> owner;
  private final SecretScrubber scrubber = ScrubbingEncoder.SCRUBBER;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable AuditReads auditReads;
  private Optional<WalShipping> shipping = Optional.empty();

  private Installation(
      PlatformConfig config,
      MasterKey key,
      Database database,
      Optional<EmbeddedPostgres> embedded,
      Optional<DatabaseUrl> owner) {
    this.config = config;
    this.key = key;
    this.database = database;
    this.embedded = embedded;
    this.owner = owner;
    teach(config, key, owner);
  }

  /** What the process was started with appears in no line that it writes, like what is vaulted. */
  private void teach(PlatformConfig config, MasterKey key, Optional<DatabaseUrl> owner) {
    List<SecretValue> known = new ArrayList<>();
    known.add(SecretValue.of(key.encoded()));
    for (Login login : Login.values()) {
      known.add(SecretValue.of(key.password(login)));
    }
    owner.ifPresent(url -> addPassword(url, known));
    config
        .settings()
        .database()
        .url()
        .ifPresent(url -> addPassword(DatabaseUrl.parse(url.reveal()), known));
    if (config.settings().auth().jwtSecret().orElse(null) instanceof SecretSource.Given given) {
      known.add(SecretValue.of(given.value().reveal()));
    }
    scrubber.learn(known);
  }

  private static void addPassword(DatabaseUrl url, List<SecretValue> known) {
    String password = url.password();
    // A password that is the login's own name, as a local Supabase has it, would blank out the log.
    if (password != null && !password.isEmpty() && !password.equals(url.user())) {
      known.add(SecretValue.of(password));
    }
  }

  /** The master key of an installation, without its database. */
  public static MasterKey masterKey(PlatformConfig config) {
    try {
      Files.createDirectories(config.dataDir());
    } catch (IOException e) {
      throw new IpaiException(ServerErrors.DATA_DIR_UNUSABLE, "the data folder cannot be made", e)
          .fact("folder", config.dataDir())
          .hint("Choose another: --data-dir DIR.");
    }
    return config
        .settings()
        .masterKey()
        .map(given -> MasterKey.parse(given.reveal()))
        .orElseGet(() -> MasterKey.loadOrCreate(config.dataDir(), Map.of()));
  }

  /**
   * Opens the database for serving or for a command.
   *
   * @throws IpaiException {@code PG-…} where it cannot be reached, {@code PG-032} where the login
   *     is one that row security does not bind
   */
  public static Installation open(PlatformConfig config) {
    MasterKey key = masterKey(config);
    if (!config.settings().database().isEmbedded()) {
      return remote(config, key);
    }
    Optional<ServerFile> running = ServerFile.find(config.dataDir());
    if (running.isPresent() && running.get().databasePort() > 0) {
      return attached(config, key, running.get().databasePort());
    }
    return embedded(config, key, config.settings().safekeeping().backupArchive());
  }

  /**
   * Opens what was just restored for a look. Its log does not leave the machine: it may be a drill,
   * and the place is that of the installation that was backed up.
   */
  public static Installation openRestored(PlatformConfig config) {
    return embedded(config, masterKey(config), Optional.empty());
  }

  private static Installation remote(PlatformConfig config, MasterKey key) {
    DatabaseUrl url = DatabaseUrl.parse(config.settings().database().url().orElseThrow().reveal());
    refuseTooStrong(url);
    Installation installation =
        new Installation(
            config,
            key,
            Database.of(url, key, pools(config), disks(config)),
            Optional.empty(),
            Optional.empty());
    installation.parts.push(installation.database);
    try (Connection connection = installation.database.open(Login.SERVER)) {
      RuntimeLoginCheck.check(connection);
    } catch (SQLException e) {
      installation.close();
      throw PostgresFault.translate(e);
    } catch (IpaiException e) {
      installation.close();
      throw e;
    }
    return installation;
  }

  /** The login that the URL names, even though the server would work on its own. */
  private static void refuseTooStrong(DatabaseUrl url) {
    if (url.role().equals(Login.SERVER.role())) {
      return; // checked on the connection that will serve
    }
    try (Connection connection = PostgresClient.open(url, Login.SERVER.role())) {
      RuntimeLoginCheck.check(connection);
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  private static Installation attached(PlatformConfig config, MasterKey key, int port) {
    DatabaseUrl url = DatabaseUrl.of("127.0.0.1", port, "postgres", Login.SERVER.role(), null);
    Installation installation =
        new Installation(
            config,
            key,
            Database.of(url, key, pools(config), disks(config)),
            Optional.empty(),
            ownerOfEmbedded(config.dataDir(), port));
    installation.parts.push(installation.database);
    return installation;
  }

  /** Where a build leaves PostgreSQL's programs, so that a first start need not extract them. */
  public static Path preparedBinaries(Path root) {
    return root.resolve("platform/server/target/ipai/postgres");
  }

  private static Installation embedded(
      PlatformConfig config, MasterKey key, Optional<URI> archive) {
    EmbeddedConfig standard =
        EmbeddedConfig.of(config.dataDir(), config.settings().database().embeddedPort())
            .withPreparedBinaries(preparedBinaries(config.root()));
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            archive.isPresent() ? standard.withArchive(WalShipping.AT_LATEST) : standard);
    try {
      DatabaseUrl url =
          DatabaseUrl.of("127.0.0.1", server.port(), "postgres", Login.SERVER.role(), null);
      Installation installation =
          new Installation(
              config,
              key,
              Database.of(url, key, pools(config), disks(config)),
              Optional.of(server),
              Optional.of(server.url()));
      // After the server, which hands out the rest of its log when it stops.
      installation.parts.push(() -> installation.shipping.ifPresent(WalShipping::close));
      installation.parts.push(server);
      installation.parts.push(installation.database);
      installation.installUnlessDone();
      archive.ifPresent(place -> installation.ship(server, place));
      return installation;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private void ship(EmbeddedPostgres server, URI place) {
    try {
      WalArchive to =
          new WalArchive(outside(place), WalArchive.systemIdentifier(server.clusterDir()), key);
      shipping = Optional.of(WalShipping.start(config.dataDir(), server.clusterDir(), to));
    } catch (IOException e) {
      throw new IpaiException(
              ServerErrors.DATA_DIR_UNUSABLE, "the database's control file cannot be read", e)
          .fact("folder", server.clusterDir());
    }
  }

  /** Where the embedded database's log leaves this machine; empty where it does not. */
  public Optional<WalShipping> shipping() {
    return shipping;
  }

  /** The disks of this machine; those of a database elsewhere are its host's to watch. */
  public static DiskGuard disks(PlatformConfig config) {
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("data", config.dataDir());
    if (config.settings().database().isEmbedded()) {
      folders.put("wal", config.dataDir().resolve("postgres/data/pg_wal"));
    }
    if ("file".equals(config.settings().storageUrl().getScheme())) {
      folders.put("upload", Path.of(String.valueOf(config.settings().storageUrl().getPath())));
    }
    return DiskGuard.of(
        folders, DiskGuard.Config.ofPercent(config.settings().safekeeping().diskPausePercent()));
  }

  private static PoolConfig pools(PlatformConfig config) {
    PoolConfig standard = PoolConfig.standard();
    return config
        .settings()
        .database()
        .poolSize()
        .map(size -> new PoolConfig(size, standard.otherSize(), standard.patience()))
        .orElse(standard);
  }

  /** Read from the embedded server's own file: for commands beside a server that runs. */
  public static Optional<DatabaseUrl> ownerOfEmbedded(Path dataDir, int port) {
    for (Path file :
        new Path[] {
          dataDir.resolve("credentials.json"), dataDir.resolve("postgres/credentials.json")
        }) {
      try {
        String password = Json.read(Files.readString(file)).path("postgres").asString("");
        if (!password.isEmpty()) {
          return Optional.of(DatabaseUrl.of("127.0.0.1", port, "postgres", "postgres", password));
        }
      } catch (IOException | JacksonException e) {
        LOG.debug("no credentials in {}", file, e);
      }
    }
    return Optional.empty();
  }

  /** The embedded database needs no {@code migrate}; a marker spares a second start the look. */
  private void installUnlessDone() {
    MigrationSet migrations = MigrationSet.ofPlatform();
    String wanted = fingerprint(migrations, key);
    Path marker = config.dataDir().resolve(MARKER);
    if (isMarked(marker, wanted) && !embedded.orElseThrow().isFirstStart()) {
      return;
    }
    InstallReport report = new Installer(migrations, key).install(owner.orElseThrow());
    report.migrations().warnings().forEach(LOG::warn);
    LOG.info("{} migrations applied", report.migrations().applied().size());
    try {
      Files.writeString(marker, wanted);
    } catch (IOException e) {
      LOG.debug("the marker of the installation cannot be written", e);
    }
  }

  private static boolean isMarked(Path marker, String wanted) {
    try {
      return Files.readString(marker).equals(wanted);
    } catch (IOException e) {
      return false;
    }
  }

  private static String fingerprint(MigrationSet migrations, MasterKey key) {
    return migrations.migrations().hashCode()
        + " "
        + HexFormat.of().formatHex(key.derive("installed marker", 8));
  }

  /** Forgets that everything was installed, so that the next start looks again. */
  public void forgetInstalled() throws IOException {
    Files.deleteIfExists(config.dataDir().resolve(MARKER));
  }

  public PlatformConfig config() {
    return config;
  }

  public MasterKey key() {
    return key;
  }

  public Database database() {
    return database;
  }

  /** The port of the embedded database; empty for another, or for one that another process runs. */
  public Optional<Integer> embeddedPort() {
    return embedded.map(EmbeddedPostgres::port);
  }

  /** The migrating login; known only for the embedded database. */
  public Optional<DatabaseUrl> owner() {
    return owner;
  }

  /** The migrating login, or {@code SRV-010}. */
  public DatabaseUrl requireOwner() {
    return owner.orElseThrow(
        () ->
            new IpaiException(ServerErrors.EMBEDDED_ONLY, "this needs the owner of the database")
                .hint("Do it on the owner's login, or use the embedded database."));
  }

  public CallerTransactions callers() {
    return new CallerTransactions(database);
  }

  public ControlTransactions control() {
    return new ControlTransactions(database);
  }

  /** Known secrets are taken out of every text that passes here. */
  public SecretScrubber scrubber() {
    return scrubber;
  }

  /** Started when it is first asked for. */
  public synchronized AuditReads auditReads() {
    AuditReads reads = auditReads;
    if (reads == null) {
      reads = new AuditReads(database, scrubber, AuditReads.Config.DEFAULT);
      auditReads = reads;
      parts.push(reads);
    }
    return reads;
  }

  public AuditLog auditLog() {
    return new AuditLog(auditReads(), scrubber);
  }

  /** Secrets by name; values go to connectors and nowhere else. */
  public DatabaseVault vault() {
    return new DatabaseVault(
        database, key, new FileWatermark(config.dataDir()), auditLog(), scrubber);
  }

  /** A place outside this machine; close it. */
  public ObjectStore outside(URI place) {
    return OutsidePlaces.open(place, config.settings().safekeeping().s3(), this::vault);
  }

  public Tokens tokens() {
    return Tokens.of(config.settings().auth(), key, Clock.systemUTC());
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part did not stop cleanly", e);
      }
    }
  }
}
