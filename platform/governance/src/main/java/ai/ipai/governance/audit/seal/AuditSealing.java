package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.repeat.RepeatedWork;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals every few seconds and carries the head of the chain outside, at most {@link
 * Config#anchorEvery} after it changed. Each time before it adds to the chain it compares with the
 * newest checkpoint: if the database does not hold what was anchored, it adds nothing and says so,
 * since going on would hide the loss behind a fork. It goes on by itself once the loss was accepted
 * ({@link #acceptRestore}).
 */
public final class AuditSealing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditSealing.class);

  private final AuditSealer sealer;
  private final ControlTransactions transactions;
  private final SealKey key;
  private final CheckpointStore store;
  private final Clock clock;
  private final Config config;
  private final RepeatedWork rounds;
  private boolean looked;
  private Optional<Checkpoint> anchored = Optional.empty();
  private Instant anchoredAt = Instant.EPOCH;
  private volatile Status status = new Status(State.STARTING, Instant.EPOCH, "");
  private volatile long lastLogged;

  /**
   * How often.
   *
   * @param anchorEvery at most 60 s keeps the promise of the reference
   */
  public record Config(Duration sealEvery, Duration anchorEvery) {
    public static final Config DEFAULT = new Config(Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /** How sealing is. */
  public enum State {
    STARTING,
    SEALING,
    /** The last attempt failed; the next may not. */
    FAILING,
    /** The database does not hold what was anchored: nothing is sealed until somebody decides. */
    STOPPED
  }

  /**
   * For health checks and metrics.
   *
   * @param sealedAt the last success
   * @param problem empty, or what is wrong
   */
  public record Status(State state, Instant sealedAt, String problem) {}

  private AuditSealing(
      Database database, SealKey key, CheckpointStore store, Clock clock, Config config) {
    this.sealer = new AuditSealer(database, key);
    this.transactions = new ControlTransactions(database);
    this.key = key;
    this.store = store;
    this.clock = clock;
    this.config = config;
    this.rounds = new RepeatedWork("audit-sealing", Duration.ofSeconds(30), this::run);
  }

  /** Starts at once, in the background. Close it before the database. */
  public static AuditSealing start(
      Database database, SealKey key, CheckpointStore store, Clock clock, Config config) {
    AuditSealing sealing = new AuditSealing(database, key, store, clock, config);
    sealing.rounds.start();
    return sealing;
  }

  public Status status() {
    return status;
  }

  /** Seals and anchors what there is, then stops. */
  @Override
  public void close() {
    rounds.close();
  }

  private Duration run(boolean last) {
    try {
      round(last);
      status = new Status(State.SEALING, clock.instant(), "");
    } catch (IpaiException failed) {
      note(failed);
    } catch (RuntimeException defect) {
      note(new IpaiException(AuditErrors.SEALING_FAILED, "Sealing the audit log failed.", defect));
    }
    return config.sealEvery();
  }

  private void note(IpaiException failed) {
    boolean stopped = failed.code().equals(AuditErrors.CHAIN_MISMATCH);
    if (stopped) {
      // Somebody may state in the store that it was on purpose.
      looked = false;
    }
    status =
        new Status(
            stopped ? State.STOPPED : State.FAILING,
            status.sealedAt(),
            String.valueOf(failed.getMessage()));
    long now = System.nanoTime();
    if (lastLogged == 0 || now - lastLogged > Duration.ofMinutes(1).toNanos()) {
      lastLogged = now;
      LOG.error("{} {} {}", failed.code().id(), failed.getMessage(), failed.hint(), failed);
    }
  }

  private void round(boolean last) {
    Optional<IpaiException> storeFailure = look();
    anchored.ifPresent(this::requireContinues);
    sealer.seal();
    if (storeFailure.isPresent()) {
      throw storeFailure.get();
    }
    Duration sinceAnchor = Duration.between(anchoredAt, clock.instant()).abs();
    if (last || sinceAnchor.compareTo(config.anchorEvery()) >= 0) {
      anchor();
    }
  }

  /** A store that cannot be reached does not keep the log from being sealed. */
  private Optional<IpaiException> look() {
    if (looked) {
      return Optional.empty();
    }
    try {
      anchored = store.newest();
      looked = true;
      return Optional.empty();
    } catch (IpaiException failed) {
      return Optional.of(failed);
    }
  }

  private void anchor() {
    Optional<Seal> head = read(SealStore::newest);
    if (head.isPresent() && head.get().batch() != anchored.map(Checkpoint::batch).orElse(0L)) {
      // Another process may have been here.
      anchored = store.newest();
      anchored.ifPresent(this::requireContinues);
      if (anchored.map(Checkpoint::batch).orElse(0L) < head.get().batch()) {
        Checkpoint checkpoint = checkpoint(head.get(), 0);
        store.put(checkpoint);
        anchored = Optional.of(checkpoint);
      }
    }
    anchoredAt = clock.instant();
  }

  private Checkpoint checkpoint(Seal head, long restoredOver) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return Checkpoint.sign(key, head.batch(), head.hash(), head.lastId(), at, restoredOver);
  }

  private void requireContinues(Checkpoint anchored) {
    requireContinues(transactions, anchored);
  }

  /** Errors: {@code AUD-007} where the database does not hold what was anchored. */
  static void requireContinues(ControlTransactions transactions, Checkpoint anchored) {
    if (!continues(transactions, anchored)) {
      throw new IpaiException(
              AuditErrors.CHAIN_MISMATCH,
              "The audit log in the database does not hold what was anchored outside: it was rolled"
                  + " back, restored or replaced. Sealing has stopped.")
          .fact("anchored batch", anchored.batch())
          .fact("anchored at", anchored.at())
          .hint(
              "./ipai audit verify says what is missing. After a restore on purpose, ./ipai restore"
                  + " --accept-audit-loss records it and sealing goes on.");
    }
  }

  private static boolean continues(ControlTransactions transactions, Checkpoint anchored) {
    if (anchored.batch() == 0) {
      return true;
    }
    Optional<Seal> same =
        read(transactions, connection -> SealStore.find(connection, anchored.batch()));
    return same.isPresent() && Arrays.equals(same.get().hash(), anchored.hash());
  }

  private <T> T read(CallerWork<T> work) {
    return read(transactions, work);
  }

  private static <T> T read(ControlTransactions transactions, CallerWork<T> work) {
    try {
      return transactions.run(CallerOptions.reading(), work);
    } catch (SQLException failed) {
      throw new IpaiException(AuditErrors.UNREADABLE, "The audit seals cannot be read.", failed);
    }
  }

  /**
   * States, signed and for every verifier to see, that the database was restored on purpose to what
   * it holds now: checkpoints beyond are void, and sealing goes on from here. Call it for every
   * store, after the operator confirmed.
   *
   * @return the statement; empty if no checkpoint is beyond the database
   */
  public static Optional<Checkpoint> acceptRestore(
      Database database, SealKey key, CheckpointStore store, Clock clock) {
    ControlTransactions transactions = new ControlTransactions(database);
    Optional<Seal> head = read(transactions, SealStore::newest);
    long batch = head.map(Seal::batch).orElse(0L);
    List<Checkpoint> all = store.load();
    long beyond =
        all.stream()
            .filter(checkpoint -> all.stream().noneMatch(checkpoint::isVoidBy))
            .mapToLong(Checkpoint::batch)
            .max()
            .orElse(0);
    if (beyond <= batch) {
      return Optional.empty();
    }
    // After what it makes void, even if a clock was ahead then: it is the newest.
    Instant latest = all.stream().map(Checkpoint::at).max(Instant::compareTo).orElseThrow();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant at = now.isAfter(latest) ? now : latest.plus(1, ChronoUnit.MICROS);
    Checkpoint statement =
        Checkpoint.sign(
            key,
            batch,
            head.map(Seal::hash).orElse(Seal.GENESIS),
            head.map(Seal::lastId).orElse(0L),
            at,
            beyond);
    store.put(statement);
    return Optional.of(statement);
  }
}
