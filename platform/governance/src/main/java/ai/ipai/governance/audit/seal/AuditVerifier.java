package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether the log is what was written. Needs the rows and seals (live or exported), the
 * checkpoints that were kept elsewhere, and the public key; trusts neither the database nor its
 * server. One pass, in the memory of a few batches.
 */
public final class AuditVerifier {
  private static final Duration TIMEOUT = Duration.ofHours(1);
  private final List<SealPublicKey> keys;

  /**
   * Trusts these keys: the present one, and earlier ones if the master key was changed.
   *
   * @param keys from the auditor's own copy
   */
  public AuditVerifier(List<SealPublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Verifies the live log. Errors: {@code AUD-005}, those of {@link CheckpointStore#load}.
   *
   * @param keys as in the constructor
   */
  public static AuditReport verify(
      Database database, CheckpointStore checkpoints, List<SealPublicKey> keys) {
    List<Checkpoint> anchored = checkpoints.load();
    try {
      return new ControlTransactions(database)
          .run(
              CallerOptions.reading().withTimeout(TIMEOUT),
              connection ->
                  new AuditVerifier(keys).verify(new DatabaseAuditSource(connection), anchored));
    } catch (SQLException failed) {
      throw new IpaiException(AuditErrors.UNREADABLE, "The audit log cannot be read.", failed);
    }
  }

  public AuditReport verify(AuditSource source, List<Checkpoint> checkpoints) {
    Findings findings = new Findings();
    List<String> notices = new ArrayList<>();
    ChainCheck chain = new ChainCheck(keys, findings);
    source.forEachSeal(chain::accept);
    List<Checkpoint> valid =
        new CheckpointCheck(keys, chain.seals(), findings).run(checkpoints, notices);
    RowCheck rows = new RowCheck(source, chain, chain.seals(), findings);
    rows.run();
    if (checkpoints.isEmpty()) {
      notices.add(
          "No checkpoint was compared: a log that was rolled back as a whole would look intact.");
    }
    if (rows.unsealed() > 0) {
      notices.add(rows.unsealed() + " entries are younger than the last seal.");
    }
    Optional<Instant> newest = valid.stream().map(Checkpoint::at).max(Instant::compareTo);
    return new AuditReport(
        rows.rows(),
        rows.sealed(),
        chain.seals().size(),
        valid.size(),
        newest,
        findings.sorted(),
        findings.count(),
        notices);
  }
}
