package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.wait.Await;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Several callers that read all the time and note what they are told. */
final class BusyCallers implements AutoCloseable {
  private final RunningPlatform running;
  private final String prefix;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  private BusyCallers(RunningPlatform running, String prefix) {
    this.running = running;
    this.prefix = prefix;
  }

  static BusyCallers start(RunningPlatform running, String prefix, int count) {
    BusyCallers callers = new BusyCallers(running, prefix);
    String token = running.token("ipai_bi_developer");
    for (int i = 0; i < count; i++) {
      callers.threads.add(Thread.ofVirtual().start(() -> callers.callOften(token)));
    }
    return callers;
  }

  private void callOften(String token) {
    while (!stopping) {
      call(token);
    }
  }

  private void call(String token) {
    String id = prefix + "-" + next.incrementAndGet();
    try {
      HttpResponse<String> answer = running.get(RunningPlatform.OPEN, token, id);
      if (answer.statusCode() == 200) {
        answered.add(id);
      } else if (answer.statusCode() == 503
          && answer.headers().firstValue("Retry-After").isPresent()) {
        refused.incrementAndGet();
      } else {
        wrong.add(answer.statusCode() + " " + answer.body());
      }
    } catch (Exception failed) {
      wrong.add(failed.toString());
    }
  }

  int answered() {
    return answered.size();
  }

  int refused() {
    return refused.get();
  }

  /** Waits for so many good answers in the time. */
  void awaitAnswers(int more, Duration patience) throws Exception {
    int before = answered.size();
    Await.until(more + " answers", patience, () -> answered.size() >= before + more);
  }

  /** Stops them; only good answers and 503 with a word on when to come back were given. */
  Set<String> stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).as("answers that are neither 200 nor 503 with Retry-After").isEmpty();
    return answered;
  }

  @Override
  public void close() {
    stopping = true;
  }
}
