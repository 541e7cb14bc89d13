package ai.ipai.server.doctor;

import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerFile;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Java, data folder, disk, key, ports, and the server that runs. */
final class MachineCheck {
  private static final int JAVA = 25;
  private static final double NEARLY_FULL = 0.9;
  private static final double FULL = 0.98;
  private static final long MEGA = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final PlatformConfig config;
  private final List<Finding> findings;

  MachineCheck(PlatformConfig config, List<Finding> findings) {
    this.config = config;
    this.findings = findings;
  }

  void run() {
    java();
    Path folder = dataFolder();
    findings.add(disk(folder));
    findings.add(masterKey());
    Optional<ServerFile> running = ServerFile.find(config.dataDir());
    if (running.isPresent()) {
      findings.add(server(running.get()));
      return;
    }
    port("--port", config.settings().server().port());
    if (config.settings().database().isEmbedded()) {
      port("--db-port", config.settings().database().embeddedPort());
    }
  }

  private void java() {
    int version = Runtime.version().feature();
    findings.add(
        version >= JAVA
            ? Finding.good("java", Runtime.version().toString())
            : Finding.fault("java", "version " + version, "Install a JDK " + JAVA + " or newer."));
  }

  /** The folder itself, or the one in which it would be made. */
  private Path dataFolder() {
    Path folder = config.dataDir().toAbsolutePath();
    boolean isThere = Files.isDirectory(folder);
    while (!Files.isDirectory(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    if (!Files.isWritable(folder)) {
      findings.add(
          Finding.fault(
              "data folder",
              folder + " cannot be written",
              "Give it to this user, or choose another: --data-dir DIR"));
    } else {
      findings.add(
          Finding.good(
              "data folder", config.dataDir() + (isThere ? "" : ", made at the first start")));
    }
    return folder;
  }

  private static Finding disk(Path folder) {
    try {
      FileStore store = Files.getFileStore(folder);
      return disk(folder, store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException e) {
      return Finding.warning("disk", "of " + folder + " cannot be looked at", "Look with df.");
    }
  }

  static Finding disk(Path folder, long freeBytes, long totalBytes) {
    double used = 1 - (double) freeBytes / Math.max(1, totalBytes);
    String found =
        String.format(
            Locale.ROOT, "%.0f %% full, %,d MB free at %s", 100 * used, freeBytes / MEGA, folder);
    if (used >= FULL) {
      return Finding.fault("disk", found, "Free space there before PostgreSQL has to stop.");
    }
    return used >= NEARLY_FULL
        ? Finding.warning("disk", found, "Free space there, or move the data: --data-dir DIR")
        : Finding.good("disk", found);
  }

  private Finding masterKey() {
    if (config.settings().masterKey().isPresent()) {
      try {
        MasterKey.parse(config.settings().masterKey().get().reveal());
        return Finding.good("master key", "from " + MasterKey.VARIABLE);
      } catch (IpaiException e) {
        return Finding.fault("master key", String.valueOf(e.getMessage()), e.hint());
      }
    }
    Path file = config.dataDir().resolve(MasterKey.FILE);
    if (!Files.exists(file)) {
      return keyless(file);
    }
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        return Finding.fault("master key", file + " can be read by others", "chmod 600 " + file);
      }
      MasterKey.loadOrCreate(config.dataDir(), Map.of());
      return Finding.good("master key", file.toString());
    } catch (IpaiException e) {
      return Finding.fault("master key", String.valueOf(e.getMessage()), e.hint());
    } catch (IOException | UnsupportedOperationException e) {
      return Finding.warning(
          "master key", "its mode cannot be read", "Look at " + file + " yourself.");
    }
  }

  /** Without a database none is needed yet; with one, the passwords and secrets hang on it. */
  private Finding keyless(Path file) {
    boolean isEmbedded = config.settings().database().isEmbedded();
    boolean hasCluster =
        Files.exists(ClusterOwnership.clusterDir(config.dataDir()).resolve("PG_VERSION"));
    if (isEmbedded && !hasCluster) {
      return Finding.good("master key", "is made at the first start");
    }
    return Finding.fault(
        "master key",
        "is not there: neither " + MasterKey.VARIABLE + " nor " + file,
        isEmbedded
            ? "Put the key of this installation back; without it its secrets stay unreadable."
            : "Give the key of this installation; for a new one ./ipai migrate makes it.");
  }

  private static Finding server(ServerFile server) {
    URI uri = URI.create(server.apiUrl() + "/health/ready");
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      int status =
          client
              .send(
                  HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.discarding())
              .statusCode();
      return status == 200
          ? Finding.good("server", "is ready at " + server.apiUrl())
          : Finding.fault(
              "server",
              "runs at " + server.apiUrl() + " and is not ready (" + status + ")",
              "curl " + uri + " says what it waits for.");
    } catch (IOException e) {
      return Finding.fault(
          "server",
          "process " + server.pid() + " does not answer at " + server.apiUrl(),
          "See its log; if it hangs: kill " + server.pid() + ", then ./ipai up");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.warning("server", "was not asked to the end", "Ask again.");
    }
  }

  private void port(String option, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      findings.add(Finding.good("port " + port, "is free"));
    } catch (IOException e) {
      findings.add(
          Finding.warning(
              "port " + port,
              "is taken by " + PortHolder.find(port).orElse("another process"),
              "Stop that, or take another: ./ipai up " + option + " N"));
    }
  }
}
