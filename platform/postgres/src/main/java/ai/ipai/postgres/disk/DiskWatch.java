package ai.ipai.postgres.disk;

import ai.ipai.postgres.repeat.RepeatedWork;
import java.time.Duration;

/** Looks every two seconds, so that a pause is logged and the ballast dropped without a request. */
public final class DiskWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final RepeatedWork rounds;

  private DiskWatch(RepeatedWork rounds) {
    this.rounds = rounds;
  }

  public static DiskWatch start(DiskGuard guard, Ballast ballast) {
    RepeatedWork rounds =
        new RepeatedWork("disk-watch", Duration.ofSeconds(10), last -> look(guard, ballast, last));
    return new DiskWatch(rounds.start());
  }

  private static Duration look(DiskGuard guard, Ballast ballast, boolean last) {
    if (!last) {
      ballast.trim(guard.status().paused());
    }
    return EVERY;
  }

  /** Once it returns, nothing is written any more. */
  @Override
  public void close() {
    rounds.close();
  }
}
