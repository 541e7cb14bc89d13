package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql.Outcome;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One statement of one caller, from its beginning until its result is forgotten. */
final class SqlRun {
  private static final Logger LOG = LoggerFactory.getLogger(SqlRun.class);

  /** How far it is. */
  enum State {
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  private final String id = UUID.randomUUID().toString();
  private final String identity;
  private final String stamp;
  private final Instant startedAt;
  private final CountDownLatch done = new CountDownLatch(1);
  private State state = State.RUNNING;
  private @Nullable Outcome outcome;
  private @Nullable IpaiException failure;
  private @Nullable Statement statement;
  private boolean lasting;

  /**
   * Begins.
   *
   * @param stamp what was in force before it began
   */
  SqlRun(String identity, String stamp, Instant startedAt) {
    this.identity = identity;
    this.stamp = stamp;
    this.startedAt = startedAt;
  }

  String id() {
    return id;
  }

  String identity() {
    return identity;
  }

  String stamp() {
    return stamp;
  }

  Instant startedAt() {
    return startedAt;
  }

  synchronized State state() {
    return state;
  }

  synchronized Optional<Page> page() {
    return Optional.ofNullable(outcome).map(Outcome::page);
  }

  synchronized Optional<IpaiException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether the same result may answer the same question again. */
  synchronized boolean isLasting() {
    return lasting && state == State.SUCCEEDED;
  }

  /** What a cancellation has to stop; called before each piece of work. */
  synchronized void running(Statement work) {
    if (state == State.CANCELLED) {
      throw cancelled();
    }
    statement = work;
  }

  synchronized void succeed(Outcome result, boolean isLasting) {
    if (state == State.RUNNING) {
      outcome = result;
      lasting = isLasting;
      state = State.SUCCEEDED;
    }
    finish();
  }

  synchronized void fail(IpaiException why) {
    if (state == State.RUNNING) {
      failure = why;
      state = State.FAILED;
    }
    finish();
  }

  private void finish() {
    statement = null;
    done.countDown();
  }

  /** Stops it, in the database too; nothing happens to one that has ended. */
  void cancel() {
    Statement work;
    synchronized (this) {
      if (state != State.RUNNING) {
        return;
      }
      state = State.CANCELLED;
      work = statement;
    }
    if (work != null) {
      try {
        work.cancel();
      } catch (SQLException e) {
        LOG.debug("the statement ended before it could be cancelled", e);
      }
    }
    done.countDown();
  }

  /** Waits for its end, at most so long. */
  void await(Duration patience) {
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.trace("statement {} goes on", id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static IpaiException cancelled() {
    return new IpaiException(GatewayErrors.SQL_FAILED, "the statement was cancelled");
  }
}
