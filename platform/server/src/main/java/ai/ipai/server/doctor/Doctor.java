package ai.ipai.server.doctor;

import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.RuntimeLoginCheck;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerFile;
import ai.ipai.server.health.DiskProbe;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at everything that an installation stands on; changes nothing. */
public final class Doctor {
  private static final int JAVA = 25;
  private static final Duration MAX_SKEW = Duration.ofSeconds(5);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final PlatformConfig config;
  private final List<Finding> findings = new ArrayList<>();

  public Doctor(PlatformConfig config) {
    this.config = config;
  }

  /** Everything, in the order in which things depend on each other. */
  public List<Finding> examine() {
    java();
    disk();
    masterKey();
    ports();
    try (Installation installation = Installation.open(config)) {
      findings.add(Finding.good("database", "answers"));
      login(installation);
      database(installation);
    } catch (IpaiException e) {
      findings.add(Finding.fault("database", e.code() + ": " + e.getMessage(), e.hint()));
    }
    return List.copyOf(findings);
  }

  private void java() {
    int version = Runtime.version().feature();
    findings.add(
        version >= JAVA
            ? Finding.good("java", Runtime.version().toString())
            : Finding.fault("java", "version " + version, "Install a JDK " + JAVA + " or newer."));
  }

  private void disk() {
    if (!Files.isWritable(config.dataDir())) {
      findings.add(
          Finding.fault(
              "data folder",
              config.dataDir() + " cannot be written",
              "Give it to this user, or choose another: --data-dir DIR"));
      return;
    }
    String fault = new DiskProbe(config.dataDir()).fault();
    findings.add(
        fault.isEmpty()
            ? Finding.good("disk", "has room at " + config.dataDir())
            : Finding.fault("disk", fault, "Free space there; writes resume by themselves."));
  }

  private void masterKey() {
    var file = config.dataDir().resolve("master.key");
    if (config.settings().masterKey().isPresent()) {
      findings.add(Finding.good("master key", "from IPAI_MASTER_KEY"));
      return;
    }
    try {
      boolean isOpen =
          Files.exists(file)
              && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
      findings.add(
          isOpen
              ? Finding.fault("master key", file + " can be read by others", "chmod 600 " + file)
              : Finding.good("master key", file.toString()));
    } catch (IOException | UnsupportedOperationException e) {
      findings.add(
          Finding.warning(
              "master key", "its mode cannot be read", "Look at " + file + " yourself."));
    }
  }

  private void ports() {
    Optional<ServerFile> running = ServerFile.find(config.dataDir());
    if (running.isPresent()) {
      findings.add(Finding.good("server", "runs at " + running.get().apiUrl()));
      return;
    }
    int port = config.settings().server().port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      findings.add(Finding.good("port " + port, "is free"));
    } catch (IOException e) {
      findings.add(
          Finding.warning(
              "port " + port,
              "is taken by another process",
              "Stop it (ss -ltnp 'sport = :" + port + "' names it), or: ./ipai up --port N"));
    }
  }

  private void login(Installation installation) {
    try (Connection connection = installation.database().open(Login.SERVER)) {
      RuntimeLoginCheck.check(connection);
      findings.add(Finding.good("login", "ipai_server is bound by row security"));
    } catch (IpaiException e) {
      findings.add(Finding.fault("login", String.valueOf(e.getMessage()), e.hint()));
    } catch (SQLException e) {
      findings.add(Finding.fault("login", "cannot be looked at", "Run ./ipai migrate."));
    }
  }

  private void database(Installation installation) {
    try {
      installation
          .control()
          .run(
              CallerOptions.reading(),
              connection -> {
                clock(connection);
                roles(connection);
                migrations(connection);
                unprotected(connection);
                return true;
              });
    } catch (SQLException | IpaiException e) {
      findings.add(
          Finding.fault(
              "control plane",
              "cannot be read: " + e.getMessage(),
              "Run ./ipai migrate --database-url OWNER_URL."));
    }
  }

  private void clock(Connection connection) throws SQLException {
    Instant here = Instant.now();
    Instant there =
        one(connection, "select clock_timestamp()", row -> row.getTimestamp(1).toInstant());
    Duration skew = Duration.between(here, there).abs();
    findings.add(
        skew.compareTo(MAX_SKEW) <= 0
            ? Finding.good("clock", "agrees with the database")
            : Finding.fault(
                "clock",
                "is " + skew.toSeconds() + " s apart from the database's",
                "Let both follow a time server (chronyd, systemd-timesyncd)."));
  }

  private void roles(Connection connection) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (Login login : Login.all()) {
      if (!one(
          connection,
          "select exists (select from pg_roles where rolname = '"
              + login.role()
              + "' and rolcanlogin)",
          row -> row.getBoolean(1))) {
        missing.add(login.role());
      }
    }
    findings.add(
        missing.isEmpty()
            ? Finding.good("roles", Login.all().size() + " logins are there")
            : Finding.fault(
                "roles",
                "cannot sign in: " + String.join(", ", missing),
                "Run ./ipai migrate --database-url OWNER_URL."));
  }

  private void migrations(Connection connection) throws SQLException {
    int known = MigrationSet.ofPlatform().migrations().size();
    boolean isThere =
        one(
            connection,
            "select to_regclass('ipai.audit_log') is not null",
            row -> row.getBoolean(1));
    findings.add(
        isThere
            ? Finding.good("migrations", known + " belong to this release")
            : Finding.fault(
                "migrations", "are missing", "Run ./ipai migrate --database-url OWNER_URL."));
  }

  private void unprotected(Connection connection) throws SQLException {
    int count = 0;
    try (PreparedStatement statement =
            connection.prepareStatement("select object, fault from ipai.unprotected()");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        count++;
        findings.add(
            Finding.fault(
                "protection",
                rows.getString(1) + ": " + rows.getString(2),
                "Run ./ipai apply: it protects whatever the rules are about."));
      }
    }
    if (count == 0) {
      findings.add(Finding.good("protection", "row security guards every table"));
    }
  }

  private interface Reading<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> T one(Connection connection, String sql, Reading<T> reading)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return reading.read(row);
    }
  }

  /** For people: {@code good}, {@code warning}, {@code fault}. */
  public static String word(Finding.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
