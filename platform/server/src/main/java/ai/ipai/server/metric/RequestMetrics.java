package ai.ipai.server.metric;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.HttpObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Times requests by line of the route table, method and status: never by path, which holds values.
 */
public final class RequestMetrics implements HttpObserver {
  private final MeterRegistry registry;
  private final ConcurrentHashMap<Line, Timer> timers = new ConcurrentHashMap<>();

  private record Line(String route, String method, int status) {}

  public RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Observation begin(Exchange exchange) {
    long start = System.nanoTime();
    return (status, failure) ->
        timers
            .computeIfAbsent(
                new Line(exchange.route().path(), exchange.method(), status), this::timer)
            .record(Duration.ofNanos(System.nanoTime() - start));
  }

  private Timer timer(Line line) {
    return Timer.builder("ipai.http.requests")
        .description("Requests by route, from the complete request to the ready answer")
        .tags("route", line.route, "method", line.method, "status", Integer.toString(line.status))
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(25),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10))
        .register(registry);
  }
}
