package ai.ipai.server.health;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: it can serve. Both say only
 * names and states, so that nobody learns of the inside.
 */
public final class HealthRoutes implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 2_000;

  private final List<Check> checks;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public HealthRoutes(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/health/live", Guard.ALWAYS, "Whether the process lives", this::live),
        Route.get("/health/ready", Guard.ALWAYS, "Whether the platform can serve", this::ready));
  }

  private Answer live(Exchange exchange) {
    return Answer.json(Map.of("status", "up"));
  }

  private Answer ready(Exchange exchange) throws InterruptedException {
    Map<String, String> states = new LinkedHashMap<>();
    Map<String, Future<String>> probes = new LinkedHashMap<>();
    for (Check check : checks) {
      Callable<String> probe = check.probe()::get;
      probes.put(check.name(), threads.submit(probe));
    }
    for (Map.Entry<String, Future<String>> probe : probes.entrySet()) {
      states.put(probe.getKey(), isWell(probe.getValue()) ? "up" : "down");
    }
    boolean isReady = !states.containsValue("down");
    return Answer.json(
        isReady ? 200 : 503, Map.of("status", isReady ? "up" : "down", "checks", states));
  }

  private static boolean isWell(Future<String> probe) throws InterruptedException {
    try {
      return probe.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      probe.cancel(true);
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
