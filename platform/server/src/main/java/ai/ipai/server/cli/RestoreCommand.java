package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.audit.seal.AuditFinding;
import ai.ipai.governance.audit.seal.AuditReport;
import ai.ipai.governance.backup.PointInTimeRestore;
import ai.ipai.governance.backup.Restore;
import ai.ipai.governance.config.Setting;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Preservation;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.demo.LayerCounts;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.StepState;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai restore}: a backup into a new data folder, and what a restore leaves open. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Restores a backup into a data folder that is new, empty, or holds nothing but master.key,",
      "vault.watermark and audit-checkpoints; then starts it once and verifies the audit log.",
      "Every byte is checked before the first is written."
    },
    footer = {
      "%nExamples:",
      "  ./ipai restore /backups/ipai-20261123T101500Z.zip --data-dir /srv/ipai",
      "  ./ipai restore backup.zip --to latest --data-dir /srv/ipai",
      "  ./ipai restore --accept-audit-loss         # after the database was put back some other way"
    })
final class RestoreCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "what ./ipai backup wrote")
  private @Nullable Path file;

  @Option(
      names = "--to",
      paramLabel = "MOMENT",
      description =
          "go on from the backup with the log that left the machine (backup.archive): latest, or a"
              + " moment such as 2026-11-23T10:15:00Z")
  private @Nullable String to;

  @Option(
      names = "--accept-audit-loss",
      description =
          "the audit log may end before its checkpoints, and the vault before its watermark: this is"
              + " signed, and every later verification shows it")
  private boolean acceptLoss;

  @Option(
      names = "--allow-other-key",
      description = "restore without the master key of the backup: everything but the secrets")
  private boolean allowOtherKey;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table (text) or json")
  private Format format = Format.TABLE;

  private final Map<String, Object> told = new LinkedHashMap<>();
  private long startedNanos;

  RestoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    startedNanos = System.nanoTime();
    if (file == null && !acceptLoss) {
      throw new IpaiException(ServerErrors.USAGE, "the backup to restore is missing")
          .hint("./ipai restore FILE --data-dir DIR");
    }
    if (file == null && to != null) {
      throw new IpaiException(ServerErrors.USAGE, "--to goes on from a backup, which is missing")
          .hint("./ipai restore FILE --to latest --data-dir DIR");
    }
    boolean sameKey = true;
    PlatformConfig config = installation.config(terminal);
    if (file != null) {
      // On a free port: the usual one may be that of a server that runs beside.
      config = installation.config(terminal, Map.of(Setting.DATABASE_PORT, "0"));
      sameKey = unpack(config, file.toAbsolutePath().normalize());
    }
    try (Installation opened =
        file == null ? Installation.open(config) : Installation.openRestored(config)) {
      opened.forgetInstalled();
      int code = settle(opened, sameKey);
      Preservation.recordRestore(
          opened, file == null ? "database" : file.getFileName().toString(), acceptLoss);
      if (file != null) {
        count(opened);
      }
      finish(config, code);
      return code;
    }
  }

  private boolean unpack(PlatformConfig config, Path archive) {
    try (Progress progress = terminal.progress()) {
      Progress.Step step = progress.begin("checking, then unpacking", "MB", -1);
      AtomicLong bytes = new AtomicLong();
      try {
        Restore.Report report =
            to == null
                ? Preservation.restore(
                    config,
                    archive,
                    allowOtherKey,
                    piece -> step.at((long) (bytes.addAndGet(piece) / BackupCommand.MEGA)))
                : rollForward(config, archive, to);
        step.done(
            report.files()
                + " files, "
                + BenchCommand.figure(report.bytes() / BackupCommand.MEGA, "MB"));
        told.put("bytes", report.bytes());
        if (to == null) {
          say("state_of", report.endedAt().toString(), "the state of " + report.endedAt());
        }
        if (!report.sameKey()) {
          warn(
              "another_key",
              "The master key is another one: secrets stay unreadable, and new ones are refused, until"
                  + " the right key is there; if it is lost for good, ./ipai secret reset begins anew."
                  + " The audit log up to here is verified with the public"
                  + " key of the installation that was backed up: ./ipai audit verify --key KEY");
        }
        return report.sameKey();
      } catch (RuntimeException failed) {
        step.failed("nothing was restored");
        throw failed;
      }
    }
  }

  private Restore.Report rollForward(PlatformConfig config, Path archive, String until) {
    PointInTimeRestore.Report report =
        Preservation.restore(config, archive, allowOtherKey, moment(until));
    say("segments", report.segments(), report.segments() + " segments of the log replayed");
    String state = report.lastCommit().orElse(report.base().endedAt()).toString();
    say("state_of", state, "the state of " + state);
    return report.base();
  }

  private static Optional<Instant> moment(String text) {
    if (text.equals("latest")) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      throw new IpaiException(ServerErrors.USAGE, "--to is not a moment with its offset", e)
          .fact("to", text)
          .hint("Write latest, 2026-11-23T10:15:00Z or 2026-11-23T18:15:00+08:00.");
    }
  }

  /** The audit log and the vault against what outlived the database. */
  private int settle(Installation opened, boolean sameKey) {
    if (acceptLoss) {
      Preservation.acceptLoss(opened, sameKey)
          .ifPresent(
              batch ->
                  warn(
                      "audit_loss_accepted_up_to_batch",
                      "The loss of the audit log up to batch "
                          + batch
                          + " is accepted and signed."));
      Preservation.acceptLossOutside(opened)
          .ifPresent(
              failed ->
                  warn(
                      "audit_anchor_not_told",
                      "Where the audit is anchored the loss is not stated yet ("
                          + failed.getMessage()
                          + "). When that place answers: ./ipai restore --accept-audit-loss"));
    }
    if (!sameKey) {
      return Cli.DONE;
    }
    AuditReport report = Preservation.verify(opened);
    report.notices().forEach(notice -> warn("notice", notice));
    if (report.isIntact()) {
      say(
          "audit_entries",
          report.entries(),
          "audit log: " + report.entries() + " entries, as they were written");
      return Cli.DONE;
    }
    AuditFinding first = report.first().orElseThrow();
    boolean isLoss =
        first.kind() == AuditFinding.Kind.ROLLED_BACK || first.kind() == AuditFinding.Kind.FORKED;
    warn("audit_finding", first.kind() + ": " + first.text());
    warn(
        "cure",
        isLoss
            ? "If that is what you wanted, accept it: ./ipai restore --accept-audit-loss"
            : "./ipai audit verify lists every finding");
    return Cli.FAILED;
  }

  /** Reads every row of the layers, which also finds the page that did not survive. */
  private void count(Installation opened) {
    LayerCounts counts = LayerCounts.read(opened.database());
    int tables = counts.tables().values().stream().mapToInt(Integer::intValue).sum();
    long rows = counts.rows().values().stream().mapToLong(Long::longValue).sum();
    told.put("tables", tables);
    say(
        "rows",
        rows,
        StepState.count(rows) + " rows in " + tables + " tables of the layers, every one read");
    Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
    say("seconds", seconds(took), "restored in " + StepState.time(took));
  }

  /** With three digits, for programs. */
  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private void finish(PlatformConfig config, int code) {
    if (format == Format.JSON) {
      told.put("data_dir", config.dataDir().toString());
      terminal.out().println(Json.text(told));
    } else if (file != null && code == Cli.DONE) {
      terminal.out().println("Start it: ./ipai up --data-dir " + config.dataDir());
    }
  }

  private void say(String name, Object value, String line) {
    told.put(name, value);
    if (format != Format.JSON) {
      terminal.out().println("  " + line);
    }
  }

  private void warn(String name, String line) {
    told.put(name, line);
    terminal.err().println(terminal.yellow("! ") + line);
  }
}
