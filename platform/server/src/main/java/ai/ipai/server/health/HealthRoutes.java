package ai.ipai.server.health;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: it can serve; a {@code warn}
 * does not take it out of service, since another instance would be no better. Both say only names
 * and states, so that nobody learns of the inside.
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
    Map<String, Future<Health>> probes = new LinkedHashMap<>();
    for (Check check : checks) {
      Callable<Health> probe = check.probe()::get;
      probes.put(check.name(), threads.submit(probe));
    }
    Health.State worst = Health.State.UP;
    for (Map.Entry<String, Future<Health>> probe : probes.entrySet()) {
      Health health = await(probe.getValue());
      states.put(probe.getKey(), health.word());
      worst = health.state().compareTo(worst) > 0 ? health.state() : worst;
    }
    return Answer.json(
        worst == Health.State.DOWN ? 503 : 200,
        Map.of("status", worst.name().toLowerCase(Locale.ROOT), "checks", states));
  }

  private static Health await(Future<Health> probe) throws InterruptedException {
    try {
      return probe.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      probe.cancel(true);
      return Health.DOWN;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
