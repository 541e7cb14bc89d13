package ai.ipai.server.cli;

import ai.ipai.governance.audit.seal.AuditExport;
import ai.ipai.governance.audit.seal.AuditReport;
import ai.ipai.governance.audit.seal.AuditVerifier;
import ai.ipai.governance.audit.seal.Checkpoint;
import ai.ipai.governance.audit.seal.DatabaseAuditSource;
import ai.ipai.governance.audit.seal.ExportAuditSource;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.audit.seal.ObjectCheckpointStore;
import ai.ipai.governance.audit.seal.SealKey;
import ai.ipai.governance.audit.seal.SealPublicKey;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.Preservation;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The proof of the audit log, live or exported. */
final class AuditProof {
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final Terminal terminal;
  private final Format format;
  private final List<SealPublicKey> keys;
  private final Optional<Path> checkpoints;

  AuditProof(Terminal terminal, Format format, List<String> keys, Optional<Path> checkpoints) {
    this.terminal = terminal;
    this.format = format;
    this.keys = keys.stream().map(SealPublicKey::parse).toList();
    this.checkpoints = checkpoints;
  }

  /** Prints the public key and nothing else; needs no database. */
  int key(PlatformConfig config) {
    terminal.out().println(SealKey.of(Installation.masterKey(config)).publicKey());
    return Cli.DONE;
  }

  int export(Installation opened, Path folder) throws SQLException {
    long entries =
        opened
            .control()
            .run(
                CallerOptions.reading().withTimeout(PATIENCE),
                connection -> AuditExport.write(new DatabaseAuditSource(connection), folder));
    terminal.out().println(folder);
    terminal.err().println(entries + " entries; verify with the checkpoints and ./ipai audit key");
    return Cli.DONE;
  }

  int verify(Installation opened) {
    FolderCheckpointStore store =
        checkpoints
            .map(FolderCheckpointStore::new)
            .orElseGet(() -> Preservation.checkpoints(opened));
    return report(AuditVerifier.verify(opened.database(), store, trusted(opened)));
  }

  /** Against the checkpoints at {@code s3://bucket/prefix} or {@code file:///folder}. */
  int verify(Installation opened, URI anchor) {
    if (!List.of("s3", "file").contains(String.valueOf(anchor.getScheme()))) {
      throw new IpaiException(
          ServerErrors.USAGE, "--anchor is s3://bucket/prefix or file:///folder");
    }
    try (ObjectStore objects = opened.outside(anchor)) {
      return report(
          AuditVerifier.verify(
              opened.database(), new ObjectCheckpointStore(objects), trusted(opened)));
    }
  }

  private List<SealPublicKey> trusted(Installation opened) {
    List<SealPublicKey> trusted = new ArrayList<>(keys);
    trusted.add(SealKey.of(opened.key()).publicKey());
    return trusted;
  }

  /** Without database and without the installation's key. */
  int verify(Path export) {
    if (keys.isEmpty()) {
      throw new IpaiException(
              ServerErrors.USAGE, "an export is verified with the auditor's own key")
          .hint("--key \"$(cat audit.pub)\", as ./ipai audit key printed it");
    }
    List<Checkpoint> anchored =
        checkpoints.map(folder -> new FolderCheckpointStore(folder).load()).orElse(List.of());
    return report(new AuditVerifier(keys).verify(new ExportAuditSource(export), anchored));
  }

  private int report(AuditReport report) {
    Listing listing = new Listing("entry", "batch", "kind", "finding");
    report
        .findings()
        .forEach(f -> listing.add(List.of(f.entryId(), f.batch(), f.kind().toString(), f.text())));
    if (format != Format.TABLE || listing.size() > 0) {
      listing.inFull().print(terminal, format);
    }
    report.notices().forEach(notice -> terminal.err().println(terminal.yellow("! ") + notice));
    terminal
        .err()
        .println(
            report.entries()
                + " entries, "
                + report.sealed()
                + " of them sealed in "
                + report.batches()
                + " batches, "
                + report.checkpoints()
                + " checkpoints compared");
    terminal
        .err()
        .println(
            report.isIntact()
                ? terminal.green("The log is as it was written.")
                : terminal.red("The log was changed: " + report.findingCount() + " findings."));
    return report.isIntact() ? Cli.DONE : Cli.FAILED;
  }
}
