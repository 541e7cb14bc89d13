package ai.ipai.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes connections above the limit, and those whose next request's headers do not arrive in time:
 * an idle timeout alone is fed by one byte every few seconds.
 */
final class ConnectionGate {
  private final Vertx vertx;
  private final HttpLimits limits;
  private final ConcurrentHashMap<HttpConnection, Long> waiting = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<HttpConnection, Boolean> open = new ConcurrentHashMap<>();

  ConnectionGate(Vertx vertx, HttpLimits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  int open() {
    return open.size();
  }

  void opened(HttpConnection connection) {
    open.put(connection, true);
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          stopWaiting(connection);
        });
    if (open.size() > limits.maxConnections()) {
      connection.close();
      return;
    }
    await(connection, limits.requestDeadline());
  }

  /** The headers of a request are complete. */
  void requestArrived(HttpConnection connection) {
    stopWaiting(connection);
  }

  /** A kept connection may be silent for a while, or trickle, but not for longer. */
  void answered(HttpConnection connection) {
    if (open.containsKey(connection)) {
      await(connection, limits.idleDeadline());
    }
  }

  private void await(HttpConnection connection, Duration deadline) {
    stopWaiting(connection);
    waiting.put(
        connection,
        vertx.setTimer(
            deadline.toMillis(),
            timer -> {
              waiting.remove(connection);
              connection.close();
            }));
  }

  private void stopWaiting(HttpConnection connection) {
    Long timer = waiting.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
