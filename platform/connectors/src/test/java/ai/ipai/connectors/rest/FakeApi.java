package ai.ipai.connectors.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A small API with every way of paging and logging in. */
final class FakeApi implements AutoCloseable {
  final Map<Integer, String> customers = new ConcurrentSkipListMap<>();
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final List<String> logins = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger limited = new AtomicInteger();
  final AtomicInteger tokens = new AtomicInteger();
  final CountDownLatch closed = new CountDownLatch(1);
  volatile String wanted = "";
  volatile int most = Integer.MAX_VALUE;
  volatile boolean refusesLatePages;
  volatile String echoed = "";
  volatile boolean held;
  private final HttpServer server;

  FakeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    for (int i = 1; i <= 25; i++) {
      put(i, "name " + i, "2026-01-01T10:%02d:00Z".formatted(i));
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  void put(int id, String name, String changed) {
    customers.put(
        id,
        "{\"id\": %d, \"name\": \"%s\", \"amount\": 12345678901234567890.10, \"changed\": \"%s\", \"address\": {\"city\": \"Cebu\"}, \"tags\": [1, 2]}"
            .formatted(id, name, changed));
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Map<String, String> query = query(exchange);
      requests.add(exchange.getRequestURI().toString());
      String login = exchange.getRequestHeaders().getFirst("Authorization");
      logins.add(login == null ? "" : login);
      if (held) {
        closed.await();
      }
      if (limited.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        exchange.getResponseHeaders().set("Retry-After", "0");
        send(exchange, 429, "slow down");
      } else if (path.equals("/token")) {
        token(exchange);
      } else if (!wanted.isEmpty() && !wanted.equals(login) && !query.containsValue(wanted)) {
        send(exchange, 401, "{}");
      } else {
        records(exchange, path, query);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString("client:canary-secret-5c1f".getBytes(StandardCharsets.UTF_8));
    boolean good =
        basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && form.contains("grant_type=client_credentials");
    wanted = "Bearer t" + tokens.incrementAndGet();
    send(
        exchange,
        good ? 200 : 401,
        "{\"access_token\": \"t%d\", \"expires_in\": 3600}".formatted(tokens.get()));
  }

  private void records(HttpExchange exchange, String path, Map<String, String> query)
      throws IOException {
    List<String> all = new ArrayList<>();
    for (String record : customers.values()) {
      String since = query.getOrDefault("since", "");
      String changed = record.replaceAll(".*\"changed\": \"([^\"]*)\".*", "$1");
      if (changed.compareTo(since) >= 0) {
        all.add(record);
      }
    }
    int size = Math.min(most, Integer.parseInt(query.getOrDefault("size", "10")));
    switch (path) {
      case "/v1/plain" -> send(exchange, 200, list(all));
      case "/v1/empty" -> send(exchange, 200, "{\"data\": {\"items\": []}}");
      case "/v1/page" -> {
        int page = Integer.parseInt(query.getOrDefault("page", "1"));
        if (refusesLatePages && page > 1 && (page - 1) * size >= all.size()) {
          send(exchange, 404, "{\"detail\": \"Invalid page.\"}");
          return;
        }
        send(
            exchange,
            200,
            "{\"data\": {\"items\": " + list(part(all, (page - 1) * size, size)) + "}}");
      }
      case "/v1/offset" ->
          send(
              exchange,
              200,
              list(part(all, Integer.parseInt(query.getOrDefault("offset", "0")), size)));
      case "/v1/cursor" -> {
        int from = Integer.parseInt(query.getOrDefault("after", "0"));
        String next = from + size < all.size() ? "\"" + (from + size) + "\"" : "null";
        send(
            exchange,
            200,
            "{\"items\": %s, \"meta\": {\"next\": %s}}"
                .formatted(list(part(all, from, size)), next));
      }
      case "/v1/circle" ->
          send(exchange, 200, "{\"items\": [{\"id\": 1}], \"meta\": {\"next\": \"again\"}}");
      case "/v1/link" -> {
        int from = Integer.parseInt(query.getOrDefault("from", "0"));
        if (from + size < all.size()) {
          exchange
              .getResponseHeaders()
              .set(
                  "Link",
                  "<%s/link?from=%d&size=%d%s>; rel=\"next\", <x>; rel=\"last\""
                      .formatted(url(), from + size, size, echoed));
        }
        send(exchange, 200, list(part(all, from, size)));
      }
      case "/v1/elsewhere" -> {
        exchange.getResponseHeaders().set("Link", "<http://127.0.0.1:1/x>; rel=next");
        send(exchange, 200, list(all));
      }
      case "/v1/moved" -> {
        exchange.getResponseHeaders().set("Location", query.getOrDefault("to", "/v1/plain"));
        send(exchange, 302, "");
      }
      default -> {
        if (path.matches("/v1/page/\\d+/orders")) {
          int id = Integer.parseInt(path.split("/", -1)[3]);
          send(exchange, id % 5 == 0 ? 404 : 200, "[{\"no\": 1}, {\"no\": 2}]");
        } else {
          send(exchange, 404, "{}");
        }
      }
    }
  }

  private static List<String> part(List<String> all, int from, int size) {
    return from >= all.size() ? List.of() : all.subList(from, Math.min(all.size(), from + size));
  }

  private static String list(List<String> records) {
    return "[" + String.join(", ", records) + "]";
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new TreeMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int at = pair.indexOf('=');
      if (at > 0) {
        query.put(
            pair.substring(0, at),
            URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
      }
    }
    return new LinkedHashMap<>(query);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
