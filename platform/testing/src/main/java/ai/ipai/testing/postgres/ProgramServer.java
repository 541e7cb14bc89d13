package ai.ipai.testing.postgres;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A server from programs that are installed on this machine, such as an older version. */
final class ProgramServer implements AutoCloseable {
  private static final int NOBODY = 65534;

  private final Process process;
  private final DatabaseUrl superuser;

  private ProgramServer(Process process, DatabaseUrl superuser) {
    this.process = process;
    this.superuser = superuser;
  }

  static ProgramServer start(Path bin, Path folder) {
    try {
      Path data = Files.createDirectory(folder.resolve("data"));
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
      own(data);
      String password = UUID.randomUUID().toString();
      Path passwordFile = Files.writeString(folder.resolve("password"), password);
      run(
          folder,
          bin.resolve("initdb").toString(),
          "--pgdata=" + data,
          "--username=supabase_admin",
          "--auth=scram-sha-256",
          "--pwfile=" + passwordFile,
          "--encoding=UTF8",
          "--locale=C.UTF-8",
          "--no-sync");
      int port = freePort();
      Process server =
          process(
                  folder,
                  bin.resolve("postgres").toString(),
                  "-D",
                  data.toString(),
                  "-p",
                  Integer.toString(port),
                  "-c",
                  "listen_addresses=127.0.0.1",
                  "-c",
                  "unix_socket_directories=",
                  "-c",
                  "fsync=off",
                  "-c",
                  "shared_preload_libraries=pg_stat_statements",
                  "-c",
                  "shared_buffers=32MB")
              .start();
      DatabaseUrl url = DatabaseUrl.of("127.0.0.1", port, "postgres", "supabase_admin", password);
      PostgresClient.openWithin(url, "ipai test", Duration.ofSeconds(30)).close();
      return new ProgramServer(server, url);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  DatabaseUrl superuserUrl() {
    return superuser;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void own(Path path) throws IOException {
    if (isRoot()) {
      Files.setAttribute(path, "unix:gid", NOBODY);
      Files.setAttribute(path, "unix:uid", NOBODY);
    }
  }

  private static void run(Path folder, String... program) throws IOException {
    Process process = process(folder, program).start();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(Files.readString(folder.resolve("server.log")));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static ProcessBuilder process(Path folder, String... program) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    command.addAll(List.of(program));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** SIGQUIT by its pid: nothing of a test server is worth a checkpoint. */
  @Override
  public void close() {
    try {
      new ProcessBuilder("sh", "-c", "kill -QUIT " + process.pid()).start().waitFor();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException failed) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
