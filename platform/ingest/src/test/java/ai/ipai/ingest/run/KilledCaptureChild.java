package ai.ipai.ingest.run;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A process that captures changes run after run until its parent kills it. */
final class KilledCaptureChild {
  private KilledCaptureChild() {}

  public static void main(String[] args) {
    try (Database database =
        Database.of(DatabaseUrl.parse(System.getenv("LOADER_URL")), MasterKey.generate())) {
      SyncRunner runner =
          new SyncRunner(
              database,
              (connection, entry) -> {},
              List.of(new DatabaseConnectorType()),
              (connector, reference) -> "admin",
              Clock.systemUTC(),
              Path.of("."));
      while (true) {
        SyncReport report =
            runner.sync(
                "shop",
                SyncOptions.of("test"),
                progress -> {
                  System.out.println(progress.stream() + " " + progress.rows());
                  System.out.flush();
                });
        report.streams().forEach(stream -> stream.error().ifPresent(Throwable::printStackTrace));
        if (report.status() != RunStatus.SUCCEEDED) {
          System.exit(3);
        }
      }
    }
  }
}
