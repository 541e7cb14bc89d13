package ai.ipai.governance.audit;

import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records plain reads in groups, one insert and one commit for all of a group. An answer leaves
 * only after its record is durable, so a record costs a request one wait and the database a
 * fraction of a commit.
 *
 * <p>A commit costs some fifty times what one more entry in it costs. So a group is written when
 * the reads that have not handed in yet are just enough to keep the database busy meanwhile, or
 * when nobody has handed in for {@link Config#gather}, or after {@value #STRETCH} times that: who
 * reads alone never waits for company.
 *
 * <p>Hand the connection of the read back before waiting. Safe for threads; {@link #close} writes
 * what is queued.
 */
public final class AuditReads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditReads.class);

  /** Shorter than any restart of a server, longer than the pause between groups under load. */
  private static final Duration ASK_AFTER = Duration.ofMillis(20);

  /** How often a group that grows may wait once more. */
  private static final int STRETCH = 6;

  private final Database database;
  private final SecretScrubber scrubber;
  private final Config config;
  private final BlockingQueue<Pending> queue;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Thread writer;
  private final Thread watch;
  private volatile List<Pending> writing = List.of();
  private final WritingPace pace = new WritingPace();
  private volatile boolean gathering;
  private volatile boolean closed;

  /**
   * How much may wait and how it is written.
   *
   * @param maxQueued entries that may wait; one more is refused with {@code AUD-002}
   * @param maxBatch entries in one insert
   * @param gather how long a group waits for one more of the reads that are under way
   * @param patience how long an entry may take before it fails
   */
  public record Config(int maxQueued, int maxBatch, Duration gather, Duration patience) {
    public static final Config DEFAULT =
        new Config(4096, 512, Duration.ofMillis(5), Duration.ofSeconds(15));
  }

  /** A read from its beginning until its entry is handed in; close it in any case. */
  public interface UnderWay extends AutoCloseable {
    @Override
    void close();
  }

  private record Pending(AuditEntry entry, CompletableFuture<Void> durable, long since) {}

  /** Tells the writer to stop after what was queued before it. */
  private static final Pending END =
      new Pending(
          AuditEntry.of("audit.end").principal("platform").allow("END").build(),
          new CompletableFuture<>(),
          0);

  /**
   * Starts the writer. It holds a connection of {@code ipai_server} of its own, outside the pool,
   * so that requests that fill the pool cannot keep their own records from being written.
   */
  public AuditReads(Database database, SecretScrubber scrubber, Config config) {
    this.database = database;
    this.scrubber = scrubber;
    this.config = config;
    this.queue = new ArrayBlockingQueue<>(config.maxQueued());
    // Not virtual: it must not queue for a processor behind the very reads that wait for it.
    this.writer = Thread.ofPlatform().daemon().name("audit-writer").unstarted(this::writeGroups);
    this.watch = Thread.ofPlatform().daemon().name("audit-patience").unstarted(this::failOverdue);
    writer.start();
    watch.start();
  }

  /**
   * Says that a read begins whose entry will follow, so that entries of others wait for it a
   * moment. Close before handing the entry in.
   */
  public UnderWay announce() {
    underWay.incrementAndGet();
    return underWay::decrementAndGet;
  }

  /**
   * Queues the entry. The future completes when it is durable, or fails with an {@link
   * IpaiException} ({@code AUD-001} to {@code AUD-004}): then the answer must not leave.
   */
  public CompletableFuture<Void> record(AuditEntry entry) {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    Pending pending = new Pending(entry, durable, System.nanoTime());
    if (closed) {
      durable.completeExceptionally(closedError());
    } else if (!queue.offer(pending)) {
      durable.completeExceptionally(
          new IpaiException(
                  AuditErrors.QUEUE_FULL, "Too many requests wait for their audit record.")
              .hint("Try again; if it stays, the database is too slow for the load."));
    } else if (closed && queue.remove(pending)) {
      durable.completeExceptionally(closedError());
    } else if (gathering && isGathered()) {
      LockSupport.unpark(writer);
    }
    return durable;
  }

  /**
   * Blocks until the entry is durable. It has no deadline of its own, which for a virtual thread
   * would be a timer to set and to take back: {@link #failOverdue} keeps it.
   *
   * @throws IpaiException {@code AUD-001} to {@code AUD-004}: the governed action fails
   */
  public void await(AuditEntry entry) {
    try {
      record(entry).get();
    } catch (java.util.concurrent.ExecutionException failed) {
      if (failed.getCause() instanceof IpaiException known) {
        throw known;
      }
      throw new CompletionException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IpaiException(
          AuditErrors.TIMED_OUT, "Interrupted while waiting for the audit record.", interrupted);
    }
  }

  /** Writes what is queued, then stops. Later entries fail with {@code AUD-004}. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      // Not an interrupt: that would cut the connection of a group under way.
      if (queue.offer(END, config.patience().toNanos(), TimeUnit.NANOSECONDS)) {
        writer.join(config.patience());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    for (Pending left = queue.poll(); left != null; left = queue.poll()) {
      left.durable().completeExceptionally(closedError());
    }
    LockSupport.unpark(watch);
  }

  /** One thread looks after everybody's patience; it ends after the writer. */
  private void failOverdue() {
    long patience = config.patience().toNanos();
    while (!closed || writer.isAlive()) {
      LockSupport.parkNanos(this, Math.clamp(patience / 16, 1_000_000, 1_000_000_000));
      long before = System.nanoTime() - patience;
      try {
        writing.forEach(pending -> failIfOverdue(pending, before));
        queue.forEach(pending -> failIfOverdue(pending, before));
      } catch (OutOfMemoryError tryAgain) {
        LOG.warn("Too little memory to fail what waits for its audit record too long", tryAgain);
      }
    }
  }

  private void failIfOverdue(Pending pending, long before) {
    if (pending.since() - before < 0 && !pending.durable().isDone()) {
      pending
          .durable()
          .completeExceptionally(
              new IpaiException(AuditErrors.TIMED_OUT, "The audit record was not durable in time.")
                  .fact("seconds", config.patience().toSeconds()));
    }
  }

  private void writeGroups() {
    try (OwnConnection own = new OwnConnection()) {
      boolean ended = false;
      while (!ended) {
        List<Pending> group = new ArrayList<>();
        group.add(take());
        gather();
        queue.drainTo(group, config.maxBatch() - 1);
        ended = group.remove(END);
        if (!group.isEmpty()) {
          writing = group;
          long begun = System.nanoTime();
          write(own, group);
          pace.wrote(group.size(), begun, System.nanoTime());
          writing = List.of();
        }
      }
    }
  }

  private void gather() {
    long last = System.nanoTime() + STRETCH * config.gather().toNanos();
    gathering = true;
    int before = -1;
    int waiting = queue.size();
    while (waiting > before && last - System.nanoTime() > 0 && !awaitGathered(last)) {
      before = waiting;
      waiting = queue.size();
    }
    gathering = false;
  }

  /** Waits as long as for one more entry; says whether the group need not wait any longer. */
  private boolean awaitGathered(long last) {
    long now = System.nanoTime();
    long due = now + Math.min(config.gather().toNanos(), last - now);
    boolean gathered = isGathered();
    while (!gathered && due - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, due - System.nanoTime());
      gathered = isGathered();
    }
    return gathered;
  }

  /** Besides what is queued, the writer holds one entry. */
  private boolean isGathered() {
    int gathered = queue.size() + 1;
    return closed || underWay.get() <= pace.meanwhile(gathered) || gathered >= config.maxBatch();
  }

  private Pending take() {
    while (true) {
      try {
        return queue.take();
      } catch (InterruptedException notOurs) {
        LOG.debug("The writer of the audit is stopped by close, not by interrupts", notOurs);
      }
    }
  }

  private void write(OwnConnection own, List<Pending> group) {
    try {
      insert(own, group);
    } catch (SQLException failure) {
      if (isAboutOneEntry(failure) && group.size() > 1) {
        group.forEach(pending -> write(own, List.of(pending)));
      } else {
        fail(group, unwritable(failure));
      }
      return;
    } catch (IpaiException unreachable) {
      fail(group, unwritable(unreachable));
      return;
    } catch (RuntimeException | Error defect) {
      fail(group, defect);
      return;
    }
    for (Pending pending : group) {
      pending.durable().complete(null);
    }
  }

  private void insert(OwnConnection own, List<Pending> group) throws SQLException {
    List<AuditEntry> entries = new ArrayList<>(group.size());
    for (Pending pending : group) {
      entries.add(pending.entry().mapTexts(scrubber::scrub));
    }
    try {
      AuditStore.insertAndCommit(own.get(), entries);
    } catch (SQLException failure) {
      own.close();
      throw failure;
    }
  }

  /** The writer's connection: opened when first needed, opened anew after a failure. */
  private final class OwnConnection implements AutoCloseable {
    private @Nullable Connection connection;

    Connection get() throws SQLException {
      Connection present = connection;
      if (present == null || !isAlive(present)) {
        close();
        present = database.open(Login.SERVER);
        connection = present;
      }
      lastUsed = System.nanoTime();
      return present;
    }

    private long lastUsed;

    /** After a pause, ask: a connection that was cut meanwhile must not cost a request. */
    private boolean isAlive(Connection present) throws SQLException {
      boolean fresh = System.nanoTime() - lastUsed < ASK_AFTER.toNanos();
      return fresh || present.isValid(2);
    }

    @Override
    public void close() {
      Connection present = connection;
      connection = null;
      if (present != null) {
        try {
          present.close();
        } catch (SQLException gone) {
          LOG.debug("A connection of the audit was cut", gone);
        }
      }
    }
  }

  /** Data exceptions and constraint violations: one entry must not take its neighbours along. */
  private static boolean isAboutOneEntry(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private static void fail(List<Pending> group, Throwable failure) {
    for (Pending pending : group) {
      pending.durable().completeExceptionally(failure);
    }
  }

  /** The message of the server is left out: it may quote what was sent. */
  static IpaiException unwritable(Exception failure) {
    String state =
        failure instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "no connection";
    return new IpaiException(
            AuditErrors.UNWRITABLE,
            "The audit record could not be written, so the action was refused.",
            failure)
        .fact("sqlstate", state)
        .hint("Nothing happens unrecorded: mend the database (disk, connection), then try again.");
  }

  private static IpaiException closedError() {
    return new IpaiException(AuditErrors.CLOSED, "The platform is shutting down.");
  }
}
