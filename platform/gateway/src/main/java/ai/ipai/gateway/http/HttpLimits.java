package ai.ipai.gateway.http;

import java.time.Duration;

/**
 * How much the front takes before it says no.
 *
 * @param maxBodyBytes of a request
 * @param maxHeaderBytes all headers together
 * @param maxUrlBytes the request line
 * @param maxConnections open at once; further ones are closed at once
 * @param maxInFlight requests being worked on; further ones get 503
 * @param requestDeadline from the first byte of a connection or of a kept connection's next request
 *     to the last byte of the request
 * @param answerDeadline from the complete request to the answer
 * @param idleDeadline how long a kept connection may be silent
 */
public record HttpLimits(
    int maxBodyBytes,
    int maxHeaderBytes,
    int maxUrlBytes,
    int maxConnections,
    int maxInFlight,
    Duration requestDeadline,
    Duration answerDeadline,
    Duration idleDeadline) {
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          1024 * 1024,
          16 * 1024,
          8 * 1024,
          2_048,
          256,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(75));
}
