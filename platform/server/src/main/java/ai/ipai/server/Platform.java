package ai.ipai.server;

import ai.ipai.gateway.http.HttpFront;
import ai.ipai.gateway.http.HttpObserver;
import ai.ipai.server.health.HealthRoutes;
import ai.ipai.server.metric.AccessLog;
import ai.ipai.server.metric.MetricsRoute;
import ai.ipai.server.metric.Observers;
import ai.ipai.server.metric.RequestMetrics;
import ai.ipai.server.trace.RequestTraces;
import ai.ipai.spi.error.IpaiException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names every part of the running platform once and wires them; closes them in reverse order. */
public final class Platform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

  private final PlatformConfig config;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private int port;

  private Platform(PlatformConfig config) {
    this.config = config;
  }

  /** Starts everything; on a failure what had started is stopped again. */
  public static Platform start(PlatformConfig config) throws InterruptedException {
    Platform platform = new Platform(config);
    try {
      platform.start();
      return platform;
    } catch (IOException e) {
      platform.close();
      throw new IpaiException(
              ServerErrors.DATA_DIR_UNUSABLE, "the data folder cannot be written", e)
          .fact("folder", config.dataDir());
    } catch (RuntimeException | InterruptedException e) {
      platform.close();
      throw e;
    }
  }

  private void start() throws InterruptedException, IOException {
    Files.createDirectories(config.dataDir());
    Tokens tokens = Tokens.of(config.environment(), () -> "0".repeat(32), Clock.systemUTC());
    HttpFront front =
        part(
            new HttpFront(
                config.limits(),
                tokens.verifier(),
                observer(),
                failure -> null,
                config.variable("IPAI_CORS_ORIGIN").orElse("*")));
    front.serve(part(new HealthRoutes(List.of())).routes());
    front.serve(new MetricsRoute(meters, config.variable("IPAI_METRICS_TOKEN")).routes());
    port = listen(front);
    new ServerFile(
            ProcessHandle.current().pid(),
            apiUrl(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .write(config.dataDir());
    part(() -> ServerFile.removeOwn(config.dataDir()));
  }

  private HttpObserver observer() {
    List<HttpObserver> observers = new ArrayList<>();
    observers.add(new RequestMetrics(meters));
    observers.add(new AccessLog());
    if (RequestTraces.isWanted(config.environment())) {
      observers.add(part(RequestTraces.fromEnvironment()));
    }
    return new Observers(observers);
  }

  private int listen(HttpFront front) throws InterruptedException {
    try {
      return front.start(config.host(), config.port());
    } catch (BindException e) {
      throw new IpaiException(ServerErrors.PORT_TAKEN, "another process listens on the port", e)
          .fact("port", config.port())
          .hint("Stop it, or choose another: ./ipai up --port " + (config.port() + 10));
    }
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  /** Where this platform answers. */
  public String apiUrl() {
    return "http://" + config.host() + ":" + port;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part did not stop cleanly", e);
      }
    }
  }
}
