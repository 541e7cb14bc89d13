package ai.ipai.server.trace;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.HttpObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A span a request, child of the caller's {@code traceparent}, exported as OpenTelemetry's own
 * {@code OTEL_*} variables say. Not even loaded unless one of them asks for it. Attributes hold
 * names of routes, never values.
 */
public final class RequestTraces implements HttpObserver, AutoCloseable {
  private static final List<String> SWITCHES =
      List.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
          "OTEL_TRACES_EXPORTER");
  private static final TextMapGetter<Exchange> HEADERS = new RequestHeaders();

  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  RequestTraces(OpenTelemetry telemetry) {
    this.telemetry = telemetry;
    this.tracer = telemetry.getTracer("ai.ipai.server");
  }

  /** Whether the environment asks for traces; costs nothing. */
  public static boolean isWanted(Map<String, String> environment) {
    return !"true".equals(environment.get("OTEL_SDK_DISABLED"))
        && SWITCHES.stream()
            .map(name -> environment.getOrDefault(name, ""))
            .anyMatch(value -> !value.isEmpty() && !"none".equals(value));
  }

  /** Reads the process environment. Metrics and logs are not exported unless asked for by name. */
  public static RequestTraces fromEnvironment() {
    return new RequestTraces(
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(
                () ->
                    Map.of(
                        "otel.service.name", "ipai",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none"))
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk());
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // closed when the observation ends
  public Observation begin(Exchange exchange) {
    if (exchange.route().guard() instanceof Guard.Always) {
      return (status, failure) -> {};
    }
    Context parent =
        telemetry
            .getPropagators()
            .getTextMapPropagator()
            .extract(Context.root(), exchange, HEADERS);
    Span span =
        tracer
            .spanBuilder(exchange.method() + " " + exchange.route().path())
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", exchange.method())
            .setAttribute("http.route", exchange.route().path())
            .setAttribute("ipai.request_id", exchange.requestId())
            .startSpan();
    Scope scope = span.makeCurrent();
    return (status, failure) -> {
      scope.close();
      span.setAttribute("http.response.status_code", status);
      if (status >= 500) {
        span.setStatus(StatusCode.ERROR);
      }
      if (failure != null) {
        span.setAttribute("error.type", failure.getClass().getName());
      }
      span.end();
    };
  }

  @Override
  public void close() {
    if (telemetry instanceof OpenTelemetrySdk sdk) {
      sdk.close();
    }
  }

  private static final class RequestHeaders implements TextMapGetter<Exchange> {
    @Override
    public Iterable<String> keys(Exchange exchange) {
      return List.of("traceparent", "tracestate", "baggage");
    }

    @Override
    public @Nullable String get(@Nullable Exchange exchange, String key) {
      return exchange == null ? null : Optional.of(key).flatMap(exchange::header).orElse(null);
    }
  }
}
