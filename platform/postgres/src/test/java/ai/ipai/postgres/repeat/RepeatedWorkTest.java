package ai.ipai.postgres.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RepeatedWorkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  @Test
  void roundFollowsRoundAndADefectEndsNothing() throws Exception {
    CountDownLatch rounds = new CountDownLatch(3);
    try (RepeatedWork _ =
        new RepeatedWork(
                "test",
                PATIENCE,
                last -> {
                  rounds.countDown();
                  if (rounds.getCount() == 2) {
                    throw new IllegalStateException("a defect");
                  }
                  return Duration.ZERO;
                })
            .start()) {
      assertThat(rounds.await(50, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closingCutsThePauseShortAndWaitsForOneLastRound() throws Exception {
    List<Boolean> rounds = new CopyOnWriteArrayList<>();
    CountDownLatch first = new CountDownLatch(1);
    RepeatedWork work =
        new RepeatedWork(
                "test",
                PATIENCE,
                last -> {
                  rounds.add(last);
                  first.countDown();
                  return FOR_EVER;
                })
            .start();
    assertThat(first.await(50, TimeUnit.SECONDS)).isTrue();
    work.close();
    assertThat(rounds).containsExactly(false, true);
  }

  @Test
  void aLastRoundThatHangsIsInterruptedWhenPatienceEnds() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    RepeatedWork work =
        new RepeatedWork(
                "test",
                Duration.ofMillis(50),
                last -> {
                  try {
                    never.await();
                  } catch (InterruptedException asked) {
                    interrupted.countDown();
                  }
                  return FOR_EVER;
                })
            .start();
    work.close();
    assertThat(interrupted.await(50, TimeUnit.SECONDS)).isTrue();
  }
}
