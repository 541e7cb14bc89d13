package ai.ipai.ingest.run;

import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the streams of one run, some at a time, each on a connection of its own. */
record ParallelStreams(
    Database database,
    RunAudit audit,
    Clock clock,
    ProgressListener listener,
    Cancellation cancellation) {
  private static final Logger LOG = LoggerFactory.getLogger(ParallelStreams.class);

  /** Reports in the order of the streams, once all have ended. */
  List<StreamReport> run(List<StreamRun> streams, int atOnce) {
    Semaphore permits = new Semaphore(atOnce);
    List<StreamReport> reports = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StreamReport>> futures = new ArrayList<>();
      for (StreamRun stream : streams) {
        futures.add(executor.submit(() -> guarded(stream, permits)));
      }
      for (Future<StreamReport> future : futures) {
        reports.add(await(future));
      }
    }
    return reports;
  }

  private StreamReport await(Future<StreamReport> future) {
    while (true) {
      try {
        return future.get();
      } catch (InterruptedException e) {
        cancellation.request();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private StreamReport guarded(StreamRun stream, Semaphore permits) {
    permits.acquireUninterruptibly();
    try {
      return one(stream);
    } finally {
      permits.release();
    }
  }

  private StreamReport one(StreamRun stream) {
    try (Connection connection = database.open(Login.LOADER)) {
      StreamSync sync =
          new StreamSync(stream, connection, audit, clock, listener, cancellation, database);
      try {
        cancellation.check();
        try (CancelWatch _ = CancelWatch.of(connection, cancellation)) {
          sync.run();
        }
        return report(stream, sync, RunStatus.SUCCEEDED, Optional.empty());
      } catch (SQLException | RuntimeException | Error failure) {
        IpaiException error = StreamSync.describe(failure, stream.descriptor().name());
        LOG.warn("stream {} failed", stream.descriptor().name(), failure);
        RunStatus status = cancellation.isRequested() ? RunStatus.CANCELLED : RunStatus.FAILED;
        recordFailure(sync, error, status);
        return report(stream, sync, status, Optional.of(error));
      }
    } catch (SQLException | IpaiException failure) {
      IpaiException error = StreamSync.describe(failure, stream.descriptor().name());
      return new StreamReport(
          stream.descriptor().name(),
          QualifiedName.of(stream.schema(), stream.descriptor().name()),
          RunStatus.FAILED,
          LoadCounts.NONE,
          Optional.of(error));
    }
  }

  private static void recordFailure(StreamSync sync, IpaiException error, RunStatus status) {
    try {
      sync.fail(error, status);
    } catch (SQLException e) {
      LOG.warn("the failure could not be recorded", e);
    }
  }

  private static StreamReport report(
      StreamRun stream, StreamSync sync, RunStatus status, Optional<IpaiException> error) {
    return new StreamReport(stream.descriptor().name(), sync.table(), status, sync.counts(), error);
  }
}
