package ai.ipai.server.api;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.push.Delivery;
import ai.ipai.ingest.run.DeliveryIntake;
import ai.ipai.ingest.run.ProgressListener;
import ai.ipai.ingest.run.StreamReport;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.server.Workshop;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code /functions/v1/ipai-connector-<name>}: runs or checks a connector for whoever may operate
 * one. {@code /functions/v1/ipai-ingest-<name>}: takes a signed batch from anybody who has the
 * connector's secret.
 */
public final class FunctionRoutes {
  private static final Parameter CONNECTOR =
      Parameter.path("connector", "as the workspace names it");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Supplier<Workshop> workshop;

  /**
   * Asks for the workshop with each call.
   *
   * @param workshop of the server's workspace; fails where there is none
   */
  public FunctionRoutes(Supplier<Workshop> workshop) {
    this.workshop = workshop;
  }

  public List<Route> routes() {
    return List.of(
        Route.post(
                "/functions/v1/ipai-connector-{connector}",
                Guard.anyRole("ipai_platform_admin", "ipai_data_engineer", "ipai_operator"),
                "Runs a connector, or checks it: {\"action\": \"sync\", \"streams\": []}",
                this::connector)
            .with(CONNECTOR),
        Route.post(
                "/functions/v1/ipai-ingest-{connector}",
                Guard.OPEN,
                "Takes a batch, signed as Standard Webhooks says and idempotent by webhook-id",
                this::ingest)
            .with(CONNECTOR));
  }

  private Answer connector(Exchange exchange) {
    String connector = exchange.pathParameter("connector");
    JsonNode body = exchange.body().length == 0 ? Json.read("{}") : Json.object(exchange.body());
    String action = body.path("action").asString("sync");
    return switch (action) {
      case "check" -> Answer.json(Map.of("findings", workshop.get().check(connector)));
      case "sync" -> sync(exchange, connector, body);
      default ->
          throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "the action is not known")
              .hint("sync or check");
    };
  }

  private Answer sync(Exchange exchange, String connector, JsonNode body) {
    Set<String> streams = new HashSet<>();
    body.path("streams").forEach(stream -> streams.add(stream.asString("")));
    SyncOptions options =
        SyncOptions.of("user:" + exchange.signedIn().subject().orElse("unknown"))
            .withStreams(streams);
    Workshop asked = workshop.get();
    FutureTask<SyncReport> run =
        new FutureTask<>(() -> asked.sync(connector, options, ProgressListener.none()));
    Thread.ofVirtual().name("ipai-sync").start(run);
    try {
      return report(run.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException goesOn) {
      return Answer.json(202, Map.of("status", "running", "see", "/api/v1/runs"));
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IpaiException known
          ? known
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.json(202, Map.of("status", "running", "see", "/api/v1/runs"));
    }
  }

  private static Answer report(SyncReport report) {
    List<Map<String, @Nullable Object>> done = new ArrayList<>();
    for (StreamReport stream : report.streams()) {
      Map<String, @Nullable Object> one = new LinkedHashMap<>();
      one.put("stream", stream.stream());
      one.put("table", stream.table().toString());
      one.put("status", stream.status().name().toLowerCase(Locale.ROOT));
      one.putAll(counts(stream.counts()));
      stream.error().ifPresent(error -> one.put("code", error.code().id()));
      done.add(one);
    }
    return Answer.json(
        Map.of(
            "run", report.runId().toString(),
            "status", report.status().name().toLowerCase(Locale.ROOT),
            "streams", done));
  }

  private Answer ingest(Exchange exchange) {
    DeliveryIntake.Receipt receipt =
        workshop
            .get()
            .deliver(
                exchange.pathParameter("connector"),
                new Delivery(
                    exchange.header("webhook-id").orElse(""),
                    exchange.header("webhook-timestamp").orElse(""),
                    exchange.header("webhook-signature").orElse(""),
                    exchange.body()));
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("run", receipt.run().toString());
    answer.put("repeated", receipt.repeated());
    answer.putAll(counts(receipt.counts()));
    return Answer.json(answer);
  }

  private static Map<String, Object> counts(LoadCounts counts) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("inserted", counts.inserted());
    numbers.put("updated", counts.updated());
    numbers.put("deleted", counts.deleted());
    numbers.put("rescued", counts.rescued());
    return numbers;
  }
}
