package ai.ipai.gateway.http;

import org.jspecify.annotations.Nullable;

/** Sees every request begin and end: metrics, access log, traces. Never throws. */
public interface HttpObserver {
  HttpObserver NONE = exchange -> (status, failure) -> {};

  /** Called on the handler's thread before the token is checked. */
  Observation begin(Exchange exchange);

  /** One request under way. */
  @FunctionalInterface
  interface Observation {
    /** Called on the same thread when the answer is ready to be sent. */
    void end(int status, @Nullable Throwable failure);
  }
}
