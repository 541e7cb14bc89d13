package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own folder: made once, complete or absent, and its settings. */
record Cluster(EmbeddedConfig config, Binaries binaries, ServerUser user) {
  private static final String BOOTSTRAP_VERSION = "2";

  Path dir() {
    return config.clusterDir();
  }

  boolean exists() {
    return Files.isDirectory(dir());
  }

  Path startLog() {
    return config.serverDir().resolve("start.log");
  }

  /** Beside the final folder, then renamed: whatever kills us leaves nothing that looks whole. */
  void initialise() {
    Path partial = config.serverDir().resolve("data.partial");
    Path passwordFile = config.serverDir().resolve("initdb.password");
    Path credentialsFile = config.dataDir().resolve(Credentials.FILE);
    try {
      Folders.delete(partial);
      Files.createDirectories(config.serverDir());
      Files.createDirectory(
          partial,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      user.own(partial);
      Credentials credentials = Credentials.generate();
      PrivateFile.replace(passwordFile, credentials.superuserPassword() + "\n");
      user.own(passwordFile);
      initdb(partial, passwordFile);
      Files.writeString(
          partial.resolve("postgresql.conf"),
          "\ninclude_if_exists '"
              + ServerSettings.FILE
              + "'\ninclude_if_exists '"
              + ServerSettings.CUSTOM_FILE
              + "'\n",
          StandardOpenOption.APPEND);
      Files.deleteIfExists(bootstrapMarker());
      credentials.write(credentialsFile);
      Files.move(partial, dir(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw unusable(failed);
    } finally {
      deleteQuietly(passwordFile);
    }
  }

  private void initdb(Path partial, Path passwordFile) throws IOException {
    List<String> program =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + partial,
                "--username=" + Credentials.SUPERUSER,
                "--auth=scram-sha-256",
                "--pwfile=" + passwordFile,
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums"));
    if (!config.durable()) {
      program.add("--no-sync");
    } else if (ServerUser.isLinux()) {
      // One call for the file system where fsync would make a thousand, each waiting for the disk.
      program.add("--sync-method=syncfs");
    }
    Path log = config.serverDir().resolve("initdb.log");
    Process process = processBuilder(user.command(program)).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IpaiException(
                PostgresErrors.START_FAILED,
                "PostgreSQL could not make its data folder: " + lastLine(Files.readString(log)))
            .fact("log", log)
            .hint("The log says more; free disk space or choose another --data-dir.");
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IpaiException(
          PostgresErrors.START_FAILED, "Making the data folder was interrupted.", interrupted);
    }
  }

  private static String lastLine(String text) {
    List<String> lines = text.lines().filter(line -> line.contains("error")).toList();
    return lines.isEmpty() ? "it gave no reason." : lines.getLast();
  }

  /** An environment of our own: PG* variables of the user's shell would reach the server. */
  ProcessBuilder processBuilder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    builder.directory(config.serverDir().toFile());
    return builder;
  }

  ProcessBuilder server() {
    List<String> program = List.of(binaries.program("postgres").toString(), "-D", dir().toString());
    return processBuilder(user.supervised(program)).redirectOutput(startLog().toFile());
  }

  void checkVersion() {
    try {
      String found = Files.readString(dir().resolve("PG_VERSION")).strip();
      if (!found.equals(Integer.toString(binaries.majorVersion()))) {
        throw new IpaiException(
                PostgresErrors.OTHER_MAJOR_VERSION,
                "The data folder was made by PostgreSQL "
                    + found
                    + "; this release brings PostgreSQL "
                    + binaries.majorVersion()
                    + ".")
            .fact("folder", dir())
            .hint(
                "Back up with the release that made it (./ipai backup), start this one with a new"
                    + " --data-dir and restore there (./ipai restore).");
      }
    } catch (IOException failed) {
      throw unusable(failed);
    }
  }

  /** A restore that was cut off would show the state of the backup, which nobody asked for. */
  void checkRestored() {
    boolean unfinished = Files.exists(dir().resolve(ClusterOwnership.RECOVERY));
    if (unfinished && !config.settings().containsKey("restore_command")) {
      throw new IpaiException(
              PostgresErrors.START_FAILED, "A restore into this data folder did not end.")
          .fact("folder", config.dataDir())
          .hint(
              "Move master.key, vault.watermark and audit-checkpoints to a new folder and restore"
                  + " into that one (./ipai restore).");
    }
  }

  Credentials credentials() {
    Path file = config.dataDir().resolve(Credentials.FILE);
    return Credentials.read(file).orElseThrow(() -> Credentials.lost(file, "is missing"));
  }

  /** Replaces the file by rename, so that a link planted in the server's folder is not followed. */
  void writeSettings(int port) {
    Path partial = config.serverDir().resolve(ServerSettings.FILE + ".partial");
    try {
      if (WalOutbox.isWanted(config)) {
        Path outbox = WalOutbox.folder(config.dataDir());
        Files.createDirectories(outbox);
        Files.setPosixFilePermissions(outbox, PosixFilePermissions.fromString("rwx------"));
        user.own(outbox);
      }
      Files.writeString(
          partial,
          ServerSettings.render(Machine.local(dir()), port, config),
          StandardCharsets.UTF_8);
      user.own(partial);
      Files.move(partial, dir().resolve(ServerSettings.FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw unusable(failed);
    }
  }

  boolean isBootstrapped() {
    try {
      return Files.exists(bootstrapMarker())
          && Files.readString(bootstrapMarker()).strip().equals(BOOTSTRAP_VERSION);
    } catch (IOException failed) {
      throw unusable(failed);
    }
  }

  void markBootstrapped() {
    try {
      Files.writeString(bootstrapMarker(), BOOTSTRAP_VERSION + "\n");
    } catch (IOException failed) {
      throw unusable(failed);
    }
  }

  private Path bootstrapMarker() {
    return config.serverDir().resolve("bootstrapped");
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException ignored) {
      // A second try comes with the next start.
    }
  }

  private IpaiException unusable(IOException failed) {
    return new IpaiException(
            PostgresErrors.DATA_DIR_UNUSABLE,
            "The folder of the embedded PostgreSQL cannot be used: " + failed + ".",
            failed)
        .fact("folder", config.serverDir())
        .hint("Check its owner, its rights and the free space, or choose another --data-dir.");
  }
}
