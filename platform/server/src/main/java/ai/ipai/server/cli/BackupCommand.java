package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.backup.Backup;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Preservation;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.StepState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai backup}: the embedded installation in one checked file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the embedded installation (database, storage, policies, roles, audit log) into one",
      "checked file, mode 600, while others work. The master key is not in it: keep a copy elsewhere."
    },
    footer = {
      "%nExamples:",
      "  ./ipai backup /backups                     # a new file, named after the time",
      "  ./ipai backup /backups/before-upgrade.zip",
      "  ./ipai restore FILE --data-dir NEW_DIR     # brings it back"
    })
final class BackupCommand implements Callable<Integer> {
  static final double MEGA = 1e6;

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(paramLabel = "DIR|FILE", description = "a folder, or a file that is not there yet")
  private Path target = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table (text) or json")
  private Format format = Format.TABLE;

  BackupCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long startedNanos = System.nanoTime();
    PlatformConfig config = installation.config(terminal);
    Preservation.requireEmbedded(config);
    try (Installation opened = Installation.open(config)) {
      Backup.Report report = write(Preservation.backup(opened));
      Preservation.recordBackup(opened, report);
      print(config, report, Duration.ofNanos(System.nanoTime() - startedNanos));
    }
    return Cli.DONE;
  }

  private Backup.Report write(Backup backup) {
    try (Progress progress = terminal.progress()) {
      Progress.Step step = progress.begin("copying", "MB", (long) (backup.size() / MEGA));
      AtomicLong bytes = new AtomicLong();
      try {
        Backup.Report report =
            backup.write(
                target.toAbsolutePath().normalize(),
                piece -> step.at((long) (bytes.addAndGet(piece) / MEGA)));
        step.done(report.files() + " files");
        return report;
      } catch (RuntimeException failed) {
        step.failed("nothing was written");
        throw failed;
      }
    }
  }

  private void print(PlatformConfig config, Backup.Report report, Duration took) {
    if (format == Format.JSON) {
      terminal
          .out()
          .println(
              Json.text(
                  Map.of(
                      "file", report.file().toString(),
                      "bytes", report.bytes(),
                      "content_bytes", report.contentBytes(),
                      "seconds", RestoreCommand.seconds(took),
                      "files", report.files(),
                      "ended_at", report.endedAt().toString())));
      return;
    }
    terminal.out().println(report.file());
    terminal
        .err()
        .println(
            "  "
                + BenchCommand.figure(report.contentBytes() / MEGA, "MB")
                + " in "
                + BenchCommand.figure(report.bytes() / MEGA, "MB")
                + ", each file with its checksum, in "
                + StepState.time(took));
    boolean isFile = config.settings().masterKey().isEmpty();
    terminal
        .err()
        .println(
            "  The master key is not in it. Keep a copy elsewhere: "
                + (isFile ? config.dataDir().resolve("master.key") : "IPAI_MASTER_KEY"));
  }
}
