package ai.ipai.connectors.github;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers as GitHub's REST API does for one repository, on a loopback port: newest first, pages
 * with Link headers, rate limit headers. See examples/company/sources/github.
 */
public final class GithubReplayServer implements AutoCloseable {
  /** The only repository. */
  public static final String REPOSITORY = "northwind-demo/webhooks";

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PATH =
      Pattern.compile(
          "/repos/"
              + REPOSITORY
              + "/(actions/runs|pulls|releases|issues|deployments(?:/(\\d+)/statuses)?)");

  private final Map<String, List<JsonNode>> collections = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final AtomicInteger limited = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean held;

  private GithubReplayServer(Path folder, int port) throws IOException {
    for (String name : List.of("runs", "pulls", "releases", "deployments", "statuses")) {
      collections.put(name, read(folder.resolve(name + ".ndjson.gz")));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
  }

  /**
   * Starts on a port of 127.0.0.1.
   *
   * @param port 0 for any free one
   */
  public static GithubReplayServer start(Path folder, int port) throws IOException {
    GithubReplayServer started = new GithubReplayServer(folder, port);
    started.server.start();
    return started;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Requests answered so far. */
  public int requests() {
    return requests.get();
  }

  /** The next requests are refused as GitHub refuses who has used up his limit. */
  public void limitNext(int count) {
    limited.set(count);
  }

  /** Adds a record, or puts it in the place of the one with its id. */
  public void put(String collection, JsonNode record) {
    collections.compute(
        collection,
        (name, known) -> {
          List<JsonNode> records = new ArrayList<>(known == null ? List.of() : known);
          records.removeIf(one -> one.path("id").equals(record.path("id")));
          records.add(record);
          records.sort(Comparator.comparing(GithubReplayServer::time).reversed());
          return records;
        });
  }

  /** A record of a collection, to be changed and put. */
  public ObjectNode record(String collection, int position) {
    return collections.getOrDefault(collection, List.of()).get(position).deepCopy().asObject();
  }

  /** Requests are not answered any more. */
  public void hold() {
    held = true;
  }

  private static List<JsonNode> read(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<JsonNode> records = new ArrayList<>();
      reader.lines().map(JSON::readTree).forEach(records::add);
      Comparator<JsonNode> byTime = Comparator.comparing(GithubReplayServer::time);
      records.sort(byTime.reversed());
      return records;
    }
  }

  private static String time(JsonNode record) {
    return record.path("updated_at").asString(record.path("created_at").asString(""));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      awaitRelease();
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      if (limited.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        exchange.getResponseHeaders().set("X-RateLimit-Remaining", "0");
        exchange.getResponseHeaders().set("X-RateLimit-Reset", "1");
        send(exchange, 403, "{\"message\":\"API rate limit exceeded\"}");
      } else if (!path.matches()) {
        send(exchange, 404, "{\"message\":\"Not Found\",\"status\":\"404\"}");
      } else {
        page(exchange, path.group(1), path.group(2));
      }
    }
  }

  private void awaitRelease() {
    try {
      if (held) {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void page(HttpExchange exchange, String collection, @Nullable String deployment)
      throws IOException {
    Map<String, String> query = query(exchange.getRequestURI());
    int size = Math.clamp(Integer.parseInt(query.getOrDefault("per_page", "30")), 1, 100);
    int page = Math.max(1, Integer.parseInt(query.getOrDefault("page", "1")));
    List<JsonNode> all = records(collection, deployment);
    int from = Math.min(all.size(), (page - 1) * size);
    int to = Math.min(all.size(), from + size);
    if (to < all.size()) {
      String next = exchange.getRequestURI().getRawPath() + "?" + query(query, page + 1);
      exchange.getResponseHeaders().set("Link", "<" + url() + next + ">; rel=\"next\"");
    }
    exchange.getResponseHeaders().set("X-RateLimit-Limit", "5000");
    exchange.getResponseHeaders().set("X-RateLimit-Remaining", "4999");
    ArrayNode records = JSON.createArrayNode();
    all.subList(from, to).forEach(records::add);
    boolean isRuns = collection.equals("actions/runs");
    ObjectNode wrapped = JSON.createObjectNode().put("total_count", all.size());
    wrapped.set("workflow_runs", records);
    send(exchange, 200, isRuns ? wrapped.toString() : records.toString());
  }

  private List<JsonNode> records(String collection, @Nullable String deployment) {
    if (deployment != null) {
      return collections.getOrDefault("statuses", List.of()).stream()
          .filter(status -> status.path("deployment_id").asString("").equals(deployment))
          .toList();
    }
    String name = collection.equals("actions/runs") ? "runs" : collection;
    return collections.getOrDefault(name, List.of());
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    for (String pair : String.valueOf(uri.getRawQuery()).split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        query.put(parts[0], parts[1]);
      }
    }
    return query;
  }

  private static String query(Map<String, String> query, int page) {
    Map<String, String> next = new TreeMap<>(query);
    next.put("page", Integer.toString(page));
    List<String> pairs = new ArrayList<>();
    next.forEach((key, value) -> pairs.add(key + "=" + value));
    return String.join("&", pairs);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
