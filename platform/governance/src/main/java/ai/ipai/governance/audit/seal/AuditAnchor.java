package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.repeat.RepeatedWork;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the signed head of the chain to a second place, out of the operator's reach, within
 * {@link Config#every} after it changed. Sealing and serving never wait for it: a place that does
 * not answer is tried again, ever more slowly, and {@link #status} says since when it lags.
 */
public final class AuditAnchor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditAnchor.class);
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private final ControlTransactions transactions;
  private final SealKey key;
  private final CheckpointStore store;
  private final Clock clock;
  private final Config config;
  private final RepeatedWork rounds;
  private Optional<Checkpoint> anchored = Optional.empty();
  private boolean looked;
  private int failures;
  private volatile Status status;

  /**
   * How often, and when somebody should look.
   *
   * @param every at most 60 s keeps the promise of the reference, with sealing's own 5
   * @param lateAfter without a success
   */
  public record Config(Duration every, Duration lateAfter) {
    public static final Config DEFAULT = new Config(Duration.ofSeconds(20), Duration.ofMinutes(5));
  }

  /**
   * How anchoring is.
   *
   * @param succeededNanos {@link System#nanoTime} of the last success or of the start: the wall
   *     clock may jump
   * @param problem empty, or what is wrong
   * @param diverged the database does not hold what was anchored there
   */
  public record Status(long succeededNanos, String problem, boolean diverged) {}

  private AuditAnchor(
      Database database, SealKey key, CheckpointStore store, Clock clock, Config config) {
    this.transactions = new ControlTransactions(database);
    this.key = key;
    this.store = store;
    this.clock = clock;
    this.config = config;
    this.status = new Status(System.nanoTime(), "", false);
    this.rounds = new RepeatedWork("audit-anchor", Duration.ofSeconds(10), this::run);
  }

  /** Starts at once, in the background. Close it before the database and after sealing. */
  public static AuditAnchor start(
      Database database, SealKey key, CheckpointStore store, Clock clock, Config config) {
    AuditAnchor anchor = new AuditAnchor(database, key, store, clock, config);
    anchor.rounds.start();
    return anchor;
  }

  public Status status() {
    return status;
  }

  /** Whether the last success is too long ago, or the database was rolled back. */
  public boolean isLate() {
    Status now = status;
    return now.diverged()
        || System.nanoTime() - now.succeededNanos() > config.lateAfter().toNanos();
  }

  private Duration run(boolean last) {
    try {
      round();
      failures = 0;
      status = new Status(System.nanoTime(), "", false);
    } catch (IpaiException failed) {
      note(failed);
    } catch (RuntimeException defect) {
      note(new IpaiException(AuditErrors.CHECKPOINT_STORE_FAILED, "Anchoring failed.", defect));
    }
    return pause();
  }

  private void note(IpaiException failed) {
    boolean diverged = failed.code().equals(AuditErrors.CHAIN_MISMATCH);
    if (diverged) {
      // Somebody may state there that it was on purpose.
      looked = false;
    }
    status = new Status(status.succeededNanos(), String.valueOf(failed.getMessage()), diverged);
    if (failures++ % 10 == 0) {
      LOG.error("{} {} {}", failed.code().id(), failed.getMessage(), failed.hint(), failed);
    }
  }

  /** Doubles with each failure in a row. */
  private Duration pause() {
    Duration wanted = config.every().multipliedBy(1L << Math.min(failures, 6));
    return failures > 0 && wanted.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wanted;
  }

  private void round() {
    if (!looked) {
      anchored = store.newest();
      looked = true;
    }
    Optional<Seal> head = read();
    if (anchored.isPresent()) {
      AuditSealing.requireContinues(transactions, anchored.get());
    }
    long reached = anchored.map(Checkpoint::batch).orElse(0L);
    if (head.isPresent() && head.get().batch() > reached) {
      Seal seal = head.get();
      Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
      Checkpoint checkpoint = Checkpoint.sign(key, seal.batch(), seal.hash(), seal.lastId(), at, 0);
      store.put(checkpoint);
      anchored = Optional.of(checkpoint);
    }
  }

  private Optional<Seal> read() {
    try {
      return transactions.run(CallerOptions.reading(), SealStore::newest);
    } catch (SQLException failed) {
      throw new IpaiException(AuditErrors.UNREADABLE, "The audit seals cannot be read.", failed);
    }
  }

  /** Anchors what there is, then stops. */
  @Override
  public void close() {
    rounds.close();
  }
}
