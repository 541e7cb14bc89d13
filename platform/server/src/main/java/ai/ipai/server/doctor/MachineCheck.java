package ai.ipai.server.doctor;

import ai.ipai.connectors.file.FileConnectorType;
import ai.ipai.postgres.disk.DiskReading;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerFile;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Java, data folder, disk, key, ports, and the server that runs. */
final class MachineCheck {
  private static final int JAVA = 25;
  private static final int NEARLY_FULL_PERCENT = 5;
  private static final long MEGA = 1_000_000;
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
    dataFolder();
    disks();
    findings.add(masterKey());
    findings.add(parser());
    Optional<ServerFile> running = ServerFile.find(config.dataDir());
    if (running.isPresent()) {
      new ServerCheck(running.get(), findings).run();
      return;
    }
    port("--port", config.settings().server().port());
    if (config.settings().database().isEmbedded()) {
      port("--db-port", config.settings().database().embeddedPort());
    }
  }

  /** Files are parsed in a process apart, which needs memory, and a folder to write to. */
  private static Finding parser() {
    try {
      FileConnectorType.tryParser();
      return Finding.good("files", "their parser starts");
    } catch (IpaiException e) {
      String said = String.valueOf(e.facts().getOrDefault("said", ""));
      return Finding.fault(
          "files",
          e.code() + ": " + e.getMessage() + (said.isEmpty() ? "" : " (" + said + ")"),
          e.hint().replace("; ./ipai doctor tries it again", ""));
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
  private void dataFolder() {
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
  }

  /** As the disk guard counts, which pauses intake before PostgreSQL has to stop. */
  private void disks() {
    int pauseAt = config.settings().safekeeping().diskPausePercent();
    List<DiskReading> readings = Installation.disks(config).status().readings();
    if (readings.isEmpty()) {
      findings.add(Finding.warning("disk", "of no folder can be looked at", "Look with df."));
    }
    // Folders on one disk have one finding.
    Map<String, Finding> byFigures = new LinkedHashMap<>();
    readings.forEach(
        reading ->
            byFigures.putIfAbsent(
                reading.usedBytes() + " " + reading.usableBytes(), disk(reading, pauseAt)));
    findings.addAll(byFigures.values());
  }

  static Finding disk(DiskReading reading, int pauseAtPercent) {
    double used = 100 * reading.usedRatio();
    String found =
        String.format(
            Locale.ROOT,
            "%.0f %% full, %,d MB free for the %s folder, %s",
            used,
            reading.usableBytes() / MEGA,
            reading.name(),
            reading.folder());
    if (used >= pauseAtPercent) {
      return Finding.fault(
          "disk",
          found + ": loading, building and writing wait, reads go on",
          "Free space there, or move the data (--data-dir DIR); everything resumes by itself.");
    }
    return used >= pauseAtPercent - NEARLY_FULL_PERCENT
        ? Finding.warning(
            "disk",
            found,
            "Free space there: from " + pauseAtPercent + " % on, loading and writing wait.")
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
