package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;

/**
 * A Java process with an embedded server, to be killed: starts on the folder given, writes one row
 * after the other and says so after each commit.
 */
final class ServerChild {
  private ServerChild() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedPostgres server = EmbeddedPostgres.start(ServerFolders.config(Path.of(arguments[0])));
    System.out.println("READY " + server.pid().orElseThrow());
    try (Connection connection = PostgresClient.open(server.url(), "child")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("create table if not exists written (id bigint primary key)");
      }
      try (PreparedStatement insert =
          connection.prepareStatement("insert into written values (?)")) {
        for (long id = 1; ; id++) {
          insert.setLong(1, id);
          insert.executeUpdate();
          System.out.println("WRITTEN " + id);
        }
      }
    }
  }

  static Process start(Path dataDir) throws java.io.IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ServerChild.class.getName(),
            dataDir.toString())
        .redirectErrorStream(true)
        .start();
  }
}
