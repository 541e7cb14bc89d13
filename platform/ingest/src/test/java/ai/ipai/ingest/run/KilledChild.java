package ai.ipai.ingest.run;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A process that syncs once and exits; its parent kills it on the way. */
final class KilledChild {
  private KilledChild() {}

  public static void main(String[] args) {
    try (Database database =
        Database.of(DatabaseUrl.parse(System.getenv("LOADER_URL")), MasterKey.generate())) {
      SyncReport report =
          new SyncRunner(
                  database,
                  (connection, entry) -> {},
                  List.of(new CountingConnectorType()),
                  (connector, reference) -> "",
                  Clock.systemUTC(),
                  Path.of("."))
              .sync(
                  "numbers",
                  args.length > 0 && args[0].equals("full")
                      ? SyncOptions.of("test").withFullRefresh()
                      : SyncOptions.of("test"),
                  progress -> {
                    System.out.println(progress.stream() + " " + progress.rows());
                    System.out.flush();
                  });
      report.streams().forEach(stream -> stream.error().ifPresent(Throwable::printStackTrace));
      System.exit(report.status() == RunStatus.SUCCEEDED ? 0 : 3);
    } catch (ai.ipai.spi.error.IpaiException e) {
      System.out.println(e.code() + " " + e.getMessage());
      System.exit(4);
    }
  }
}
