package ai.ipai.ingest.writeback;

import ai.ipai.connectors.odoo.OdooConnectorType;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.MasterKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that applies or undoes a write-back, and dies without a word at a given step. */
final class WriteBackChild {
  private static final int KILLED = 137;

  private WriteBackChild() {}

  public static void main(String[] args) {
    UUID id = UUID.fromString(args[1]);
    int dies = Integer.parseInt(args[2]);
    AtomicInteger steps = new AtomicInteger();
    Steps dying =
        step -> {
          if (steps.incrementAndGet() == dies) {
            Runtime.getRuntime().halt(KILLED);
          }
        };
    try (Database database =
        Database.of(DatabaseUrl.parse(System.getenv("LOADER_URL")), MasterKey.generate())) {
      WriteBackRunner runner =
          new WriteBackRunner(
              database,
              (connection, entry) -> {},
              List.of(new OdooConnectorType()),
              (connector, reference) -> "admin",
              Clock.systemUTC(),
              Path.of("."));
      if (args[0].equals("apply")) {
        runner.apply(id, "job:test", dying);
      } else {
        runner.undo(id, "job:test", dying);
      }
      System.exit(0);
    } catch (ai.ipai.spi.error.IpaiException e) {
      System.out.println(e.code() + " " + e.getMessage());
      System.exit(4);
    }
  }
}
