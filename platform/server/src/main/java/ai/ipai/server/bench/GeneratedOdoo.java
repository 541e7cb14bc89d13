package ai.ipai.server.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One model of any size, answered by JSON-RPC as Odoo answers it, without a database behind: what a
 * sync costs beside it is the platform's own. Knows which rows were written since, so that it never
 * has to scan. One worker: answers are given one after the other, each row taking as long as set.
 */
final class GeneratedOdoo implements AutoCloseable {
  static final String MODEL = "bench.record";
  static final String FIELDS =
      "[\"id\",\"name\",\"code\",\"amount\",\"quantity\",\"partner_id\",\"company_id\",\"date\",\"active\",\"state\",\"note\",\"create_date\",\"write_date\"]";
  private static final String OLD = "2026-01-01 00:00:00";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final long rows;
  private final BitSet deleted = new BitSet();
  private final NavigableMap<Long, String> written = new ConcurrentSkipListMap<>();
  private final AtomicLong busyNanos = new AtomicLong();
  private final ReentrantLock worker = new ReentrantLock();
  private volatile long nanosPerRow;

  private GeneratedOdoo(long rows) throws IOException {
    this.rows = rows;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/jsonrpc", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
  }

  static GeneratedOdoo start(long rows) throws IOException {
    GeneratedOdoo started = new GeneratedOdoo(rows);
    started.server.start();
    return started;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How long each record of an answer takes; nothing at first. */
  void takes(Duration perRow) {
    nanosPerRow = perRow.toNanos();
  }

  /** As if somebody wrote this record at this time, in UTC without zone. */
  void write(long id, String at) {
    written.put(id, at);
  }

  synchronized void delete(long id) {
    deleted.set((int) id);
  }

  /** Time spent answering so far. */
  long busyNanos() {
    return busyNanos.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      byte[] answer;
      worker.lock();
      try {
        long start = System.nanoTime();
        answer = answered(JSON.readTree(request).path("params"), start);
        busyNanos.addAndGet(System.nanoTime() - start);
      } finally {
        worker.unlock();
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private byte[] answered(JsonNode params, long start) {
    StringBuilder text =
        new StringBuilder(1 << 16).append("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":");
    String method = params.path("method").asString("");
    JsonNode args = params.path("args");
    switch (method) {
      case "version" -> text.append("{\"server_serie\":\"18.0\"}");
      case "authenticate" -> text.append('2');
      default -> called(text, args.path(4).asString(""), args, start);
    }
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void called(StringBuilder text, String method, JsonNode args, long start) {
    switch (method) {
      case "fields_get" -> text.append(description());
      case "read" -> text.append("[{\"id\":2,\"company_id\":1,\"company_ids\":[1]}]");
      case "search_count" -> text.append(each(null, args, 1L << 40));
      case "search" -> {
        text.append('[');
        each(text, args, limit(args));
        text.append(']');
      }
      case "search_read" -> {
        text.append('[');
        long found = each(text, args, limit(args));
        text.append(']');
        LockSupport.parkNanos(found * nanosPerRow - (System.nanoTime() - start));
      }
      default -> text.append("false");
    }
  }

  private static long limit(JsonNode args) {
    return args.path(6).path("limit").longValue(1L << 40);
  }

  /** Appends what the domain finds, ids or records; returns how many. */
  private synchronized long each(
      @org.jspecify.annotations.Nullable StringBuilder text, JsonNode args, long limit) {
    boolean records = args.path(4).asString("").equals("search_read");
    long after = 0;
    long upTo = rows;
    String low = "";
    String high = "";
    for (JsonNode leaf : records ? args.path(6).path("domain") : args.path(5).path(0)) {
      switch (leaf.path(0).asString("") + leaf.path(1).asString("")) {
        case "id>" -> after = Math.max(after, leaf.path(2).longValue());
        case "id<=" -> upTo = Math.min(upTo, leaf.path(2).longValue());
        case "write_date>=" -> low = leaf.path(2).asString("");
        case "write_date<" -> high = leaf.path(2).asString("");
        default -> throw new IllegalArgumentException("not generated: " + leaf);
      }
    }
    if (text == null && low.isEmpty()) {
      return after >= upTo
          ? 0
          : upTo - after - deleted.get((int) after + 1, (int) upTo + 1).cardinality();
    }
    long found = 0;
    if (low.isEmpty()) {
      for (long id = after + 1; id <= upTo && found < limit; id++) {
        if (!deleted.get((int) id)) {
          append(text, records, found++, id);
        }
      }
      return found;
    }
    for (Map.Entry<Long, String> one : written.tailMap(after, false).entrySet()) {
      boolean isInside = one.getValue().compareTo(low) >= 0 && one.getValue().compareTo(high) < 0;
      if (found < limit
          && one.getKey() <= upTo
          && isInside
          && !deleted.get(one.getKey().intValue())) {
        append(text, records, found++, one.getKey());
      }
    }
    return found;
  }

  private void append(
      @org.jspecify.annotations.Nullable StringBuilder text, boolean records, long found, long id) {
    if (text == null) {
      return;
    }
    if (found > 0) {
      text.append(',');
    }
    if (!records) {
      text.append(id);
      return;
    }
    String at = written.getOrDefault(id, OLD);
    text.append("{\"id\":").append(id);
    text.append(",\"name\":\"Record number ").append(id);
    text.append(id % 7 == 0 ? "\",\"code\":false" : "\",\"code\":\"C" + id % 1000 + "\"");
    text.append(",\"amount\":").append(id % 100_000).append('.').append(id % 90 + 10);
    text.append(",\"quantity\":").append(id % 500);
    text.append(",\"partner_id\":").append(id % 5000 + 1);
    text.append(",\"company_id\":1,\"date\":\"2026-0").append(id % 9 + 1).append("-15\"");
    text.append(",\"active\":true,\"state\":\"posted\",\"note\":\"written at ").append(at);
    text.append("\",\"create_date\":\"").append(OLD);
    text.append("\",\"write_date\":\"").append(at).append("\"}");
  }

  private static String description() {
    StringBuilder text = new StringBuilder("{");
    Map<String, String> types =
        Map.of(
            "id", "integer",
            "amount", "float",
            "quantity", "integer",
            "partner_id", "many2one",
            "company_id", "many2one",
            "date", "date",
            "active", "boolean",
            "create_date", "datetime",
            "write_date", "datetime");
    for (JsonNode field : JSON.readTree(FIELDS)) {
      String name = field.asString();
      text.append(text.length() > 1 ? "," : "")
          .append('"')
          .append(name)
          .append("\":{\"type\":\"")
          .append(types.getOrDefault(name, "char"))
          .append("\",\"string\":\"")
          .append(name)
          .append("\",\"store\":true,\"searchable\":true}");
    }
    return text.append('}').toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
