package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body within its limit and its deadline. */
final class BodyReader {
  private final Vertx vertx;
  private final HttpLimits limits;

  BodyReader(Vertx vertx, HttpLimits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  /** Fails with {@code GW-007} or {@code GW-010}; runs on the event loop. */
  Future<Buffer> read(HttpServerRequest request) {
    if (announcedBytes(request) > limits.maxBodyBytes()) {
      return Future.failedFuture(tooLarge());
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long deadline =
        vertx.setTimer(
            limits.requestDeadline().toMillis(),
            timer ->
                promise.tryFail(
                    new IpaiException(GatewayErrors.TOO_SLOW, "the body did not arrive in time")));
    request.handler(
        part -> {
          if (body.length() + part.length() > limits.maxBodyBytes()) {
            promise.tryFail(tooLarge());
          } else if (!promise.future().isComplete()) {
            body.appendBuffer(part);
          }
        });
    request.exceptionHandler(promise::tryFail);
    request.endHandler(end -> promise.tryComplete(body));
    return promise.future().onComplete(done -> vertx.cancelTimer(deadline));
  }

  private static long announcedBytes(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private IpaiException tooLarge() {
    return new IpaiException(GatewayErrors.TOO_LARGE, "the body is larger than this takes")
        .fact("maxBytes", limits.maxBodyBytes());
  }
}
