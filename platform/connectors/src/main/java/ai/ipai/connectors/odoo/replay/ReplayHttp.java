package ai.ipai.connectors.odoo.replay;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * HTTP as the recorded server spoke it: one answer, then the connection is closed. Its own, because
 * the JDK's server does not let the header Date be set, and Date is what readers take as clock.
 */
final class ReplayHttp implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final ServerSocket listener;
  private final Supplier<Clock> clock;
  private final UnaryOperator<String> endpoint;
  private final OtherEndpoints others;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicInteger disturbed = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Disturbance disturbance = Disturbance.DROP;
  private volatile String held = "";

  ReplayHttp(int port, Supplier<Clock> clock, UnaryOperator<String> endpoint, OtherEndpoints others)
      throws IOException {
    this.clock = clock;
    this.endpoint = endpoint;
    this.others = others;
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
  }

  void start() {
    Thread.ofPlatform().daemon().name("odoo-replay").start(this::listen);
  }

  int port() {
    return listener.getLocalPort();
  }

  long requests() {
    return requests.get();
  }

  void disturb(Disturbance next, int count) {
    disturbance = next;
    disturbed.set(count);
  }

  /** Requests that hold this text are not answered any more. */
  void hold(String text) {
    held = text;
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout(10_000);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Request request = Request.read(in);
      if (request == null) {
        return;
      }
      requests.incrementAndGet();
      if (!held.isEmpty() && request.body().contains(held)) {
        closed.await();
        return;
      }
      Answer answer = answer(request);
      if (answer != null) {
        write(socket.getOutputStream(), answer);
      }
    } catch (IOException e) {
      // The caller went away; nobody is left to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Answer answer(Request request) {
    if (disturbed.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return switch (disturbance) {
        case DROP -> null;
        case LOST -> {
          respond(request);
          yield null;
        }
        case CUT -> new Answer(200, "", respond(request).body(), true);
        case TOO_MANY -> new Answer(429, "Retry-After: 0\r\n", "slow down", false);
        case BAD_GATEWAY -> new Answer(502, "", "<html>502 Bad Gateway</html>", false);
        case SERIALIZATION -> new Answer(200, "", serializationFailure(), false);
      };
    }
    return respond(request);
  }

  private Answer respond(Request request) {
    Optional<OtherEndpoints.Reply> other =
        others.answer(request.path(), request.bearer(), request.database(), request.body());
    if (other.isPresent()) {
      return new Answer(other.get().status(), "", other.get().body(), false);
    }
    if (!request.path().equals("/jsonrpc")) {
      return new Answer(404, "", "<!doctype html><title>404 Not Found</title>", false);
    }
    if (!request.method().equals("POST")) {
      return new Answer(405, "", "<!doctype html><title>405 Method Not Allowed</title>", false);
    }
    if (!request.contentType().startsWith("application/json")) {
      return new Answer(400, "", "<!doctype html><title>400 Bad Request</title>", false);
    }
    String body = endpoint.apply(request.body());
    return body.isEmpty()
        ? new Answer(400, "", "<!doctype html><title>400 Bad Request</title>", false)
        : new Answer(200, "", body, false);
  }

  private static String serializationFailure() {
    ObjectNode answer = Recording.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 0);
    answer.set(
        "error",
        JsonRpcEndpoint.error(
            OdooFault.of(
                "psycopg2.errors.SerializationFailure",
                "could not serialize access due to concurrent update\n")));
    return Recording.JSON.writeValueAsString(answer);
  }

  private void write(OutputStream out, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    String type = answer.status() == 200 ? "application/json" : "text/html";
    String head =
        "HTTP/1.1 %d %s\r\nServer: Werkzeug/2.2.2 Python/3.11.2\r\nDate: %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\n%sConnection: close\r\n\r\n"
            .formatted(
                answer.status(),
                answer.status() == 200 ? "OK" : "Refused",
                DATE.format(clock.get().instant()),
                type,
                body.length,
                answer.headers());
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body, 0, answer.cut() ? body.length / 2 : body.length);
    out.flush();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      // Closing for good; the port is free either way.
    }
  }

  private record Answer(int status, String headers, String body, boolean cut) {}

  private record Request(
      String method, String path, String contentType, String bearer, String database, String body) {
    static @Nullable Request read(InputStream in) throws IOException {
      String[] first = line(in).split(" ", -1);
      if (first.length < 3) {
        return null;
      }
      String type = "";
      String bearer = "";
      String database = "";
      int length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        int colon = header.indexOf(':');
        String name = header.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
        String value = header.substring(colon + 1).strip();
        if (name.equals("content-length")) {
          length = Integer.parseInt(value);
        } else if (name.equals("content-type")) {
          type = value.toLowerCase(Locale.ROOT);
        } else if (name.equals("authorization")) {
          bearer = value.replaceFirst("(?i)^bearer\\s+", "");
        } else if (name.equals("x-odoo-database")) {
          database = value;
        }
      }
      if (length < 0 || length > MAX_BODY_BYTES) {
        return null;
      }
      byte[] body = in.readNBytes(length);
      return new Request(
          first[0], first[1], type, bearer, database, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        if (b != '\r') {
          bytes.write(b);
        }
        if (bytes.size() > 16_384) {
          throw new IOException("a header line is too long");
        }
      }
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
