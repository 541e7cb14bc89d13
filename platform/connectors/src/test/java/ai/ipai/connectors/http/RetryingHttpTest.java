package ai.ipai.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a server on loopback that answers as each test says. */
class RetryingHttpTest {
  private static final RetryPolicy QUICK =
      new RetryPolicy(3, Duration.ofMillis(10), Duration.ofSeconds(2), Duration.ofMillis(500), 2);

  private record Answer(int status, Map<String, String> headers) {}

  private final AtomicInteger hits = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile List<Answer> answers = List.of(new Answer(200, Map.of()));
  private volatile Duration takes = Duration.ZERO;
  private HttpServer server;
  private ExecutorService executor;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    executor = Executors.newCachedThreadPool();
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          int hit = hits.getAndIncrement();
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          Answer answer = answers.get(Math.min(hit, answers.size() - 1));
          long until = System.nanoTime() + takes.toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
          inside.decrementAndGet();
          exchange.sendResponseHeaders(answer.status(), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    PinnedResolver.answerTestNames(null);
    server.stop(0);
    executor.shutdownNow();
  }

  @Test
  @Tag("REQ-CON-065")
  void whatTheServerAsksForIsWaitedFor() {
    answers =
        List.of(
            new Answer(429, Map.of("Retry-After", "1")),
            new Answer(503, Map.of()),
            new Answer(200, Map.of("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1")),
            new Answer(200, Map.of()));
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), true)) {
      long start = System.nanoTime();
      assertThat(http.send(request("127.0.0.1")).statusCode()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
      start = System.nanoTime();
      http.send(request("127.0.0.1"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    }
    assertThat(hits).hasValue(4);
    answers = List.of(new Answer(429, Map.of("Retry-After", "3600")));
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), true)) {
      refused(ConnectorErrors.RATE_LIMITED, () -> http.send(request("127.0.0.1")));
    }
  }

  @Test
  @Tag("REQ-CON-065")
  void aSourceThatKeepsFailingIsLeftAlone() {
    answers = List.of(new Answer(502, Map.of()));
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), true)) {
      for (int i = 0; i < 3; i++) {
        refused(ConnectorErrors.UNREACHABLE, () -> http.send(request("127.0.0.1")));
      }
      int before = hits.get();
      refused(ConnectorErrors.LEFT_ALONE, () -> http.send(request("127.0.0.1")));
      assertThat(hits).hasValue(before).hasValue(9);
    }
  }

  @Test
  @Tag("REQ-CON-088")
  void anAnswerThatIsTooLargeIsRefusedAndNotAskedForAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    HttpServer large =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    large.createContext(
        "/",
        exchange -> {
          try (exchange) {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[1 << 20];
            for (int i = 0; i < 70; i++) {
              exchange.getResponseBody().write(part);
            }
          } catch (IOException gone) {
            // The caller has had enough.
          }
        });
    large.start();
    RetryPolicy patient =
        new RetryPolicy(3, Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofMinutes(2), 1);
    try (RetryingHttp http = new RetryingHttp(patient, new Cancellation(), true)) {
      URI uri = URI.create("http://127.0.0.1:" + large.getAddress().getPort() + "/");
      refused(ConnectorErrors.ANSWER, () -> http.send(HttpRequest.newBuilder(uri).build()));
      assertThat(asked).hasValue(1);
    } finally {
      large.stop(0);
    }
  }

  @Test
  @Tag("REQ-CON-065")
  void anAnswerThatDoesNotEndIsGivenUp() {
    takes = Duration.ofSeconds(2);
    try (RetryingHttp http =
        new RetryingHttp(
            new RetryPolicy(
                1, Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofMillis(400), 1),
            new Cancellation(),
            true)) {
      long start = System.nanoTime();
      refused(ConnectorErrors.UNREACHABLE, () -> http.send(request("127.0.0.1")));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
    }
  }

  @Test
  @Tag("REQ-CON-065")
  void noMoreRequestsAreUnderWayThanAllowed() throws Exception {
    takes = Duration.ofMillis(50);
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), true);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          Stream.generate(() -> executor.submit(() -> http.send(request("127.0.0.1"))))
              .limit(8)
              .toList();
      for (var call : calls) {
        assertThat(call.get().statusCode()).isEqualTo(200);
      }
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
  }

  @Test
  @Tag("REQ-CON-066")
  void privateAddressesAreRefusedHoweverTheyAreSpelt() {
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), false)) {
      for (String host :
          List.of(
              "127.0.0.1",
              "localhost",
              "[::1]",
              "0.0.0.0",
              "[::ffff:127.0.0.1]",
              "[::127.0.0.1]",
              "169.254.169.254",
              "10.1.2.3",
              "[fd00::1]",
              "100.64.0.1",
              "[64:ff9b::7f00:1]",
              "[2002:7f00:1::]",
              "192.0.0.8",
              "198.18.0.1")) {
        refused(ConnectorErrors.ADDRESS_REFUSED, () -> http.send(request(host)));
      }
    }
    for (String host : List.of("127.1", "2130706433", "0x7f.1", "LOCALHOST", "::1")) {
      assertThatThrownBy(() -> new AddressGuard(false).admit(host))
          .isInstanceOf(IpaiException.class);
    }
    assertThat(hits).hasValue(0);
  }

  @Test
  @Tag("REQ-CON-066")
  void aNameThatAnswersDifferentlyTheSecondTimeLeadsNowhereElse() throws Exception {
    InetAddress outside =
        InetAddress.getByAddress("rebind.test", new byte[] {(byte) 203, 0, 113, 1});
    InetAddress inside = InetAddress.getByAddress("rebind.test", new byte[] {127, 0, 0, 1});
    AtomicInteger asked = new AtomicInteger();
    PinnedResolver.answerTestNames(
        host -> Stream.of(asked.getAndIncrement() == 0 ? outside : inside));
    RetryPolicy once =
        new RetryPolicy(1, Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofMillis(800), 1);
    try (RetryingHttp http = new RetryingHttp(once, new Cancellation(), false)) {
      refused(ConnectorErrors.UNREACHABLE, () -> http.send(request("rebind.test")));
      assertThat(asked).as("resolved once").hasValue(1);
      // The next call looks it up anew, and sees through it.
      refused(ConnectorErrors.ADDRESS_REFUSED, () -> http.send(request("rebind.test")));
    }
    assertThat(hits).as("loopback was never reached").hasValue(0);
    // The same name does reach it where private addresses are allowed: the test can fail.
    try (RetryingHttp http = new RetryingHttp(once, new Cancellation(), true)) {
      assertThat(http.send(request("rebind.test")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Tag("REQ-CON-066")
  void redirectsAreNotFollowed() {
    answers = List.of(new Answer(302, Map.of("Location", "http://169.254.169.254/latest")));
    try (RetryingHttp http = new RetryingHttp(QUICK, new Cancellation(), true)) {
      assertThat(http.send(request("127.0.0.1")).statusCode()).isEqualTo(302);
    }
    assertThat(hits).hasValue(1);
  }

  @Test
  @Tag("REQ-CON-064")
  void aWaitEndsWhenTheRunIsCancelled() {
    Cancellation cancellation = new Cancellation();
    answers = List.of(new Answer(429, Map.of("Retry-After", "2")));
    try (RetryingHttp http = new RetryingHttp(QUICK, cancellation, true)) {
      Thread.ofPlatform()
          .start(
              () -> {
                while (hits.get() == 0) {
                  Thread.onSpinWait();
                }
                cancellation.request();
              });
      long start = System.nanoTime();
      refused(ConnectorErrors.CANCELLED, () -> http.send(request("127.0.0.1")));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(IpaiException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private HttpRequest request(String host) {
    return HttpRequest.newBuilder(
            URI.create("http://" + host + ":" + server.getAddress().getPort() + "/"))
        .build();
  }
}
