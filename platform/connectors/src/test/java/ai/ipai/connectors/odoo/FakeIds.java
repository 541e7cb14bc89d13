package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.LoadedKeys;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A model whose records are nothing but ids, as a server and as bronze. */
final class FakeIds implements OdooApi, LoadedKeys {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  final NavigableSet<Long> ids = new TreeSet<>();
  final AtomicInteger counts = new AtomicInteger();
  final AtomicInteger listed = new AtomicInteger();
  final AtomicInteger pages = new AtomicInteger();
  final AtomicInteger under = new AtomicInteger();
  final AtomicInteger mostUnder = new AtomicInteger();

  @Override
  public JsonNode call(String model, String method, List<?> args, Map<String, ?> kwargs) {
    Object domain = args.isEmpty() ? kwargs.get("domain") : args.getFirst();
    NavigableSet<Long> found = within((List<?>) Objects.requireNonNull(domain));
    return switch (method) {
      case "search_count" -> {
        counts.incrementAndGet();
        yield NODES.numberNode(found.size());
      }
      case "search" -> {
        JsonNode answer = answer(found, kwargs, false);
        listed.addAndGet(answer.size());
        yield answer;
      }
      case "search_read" -> {
        pages.incrementAndGet();
        mostUnder.accumulateAndGet(under.incrementAndGet(), Math::max);
        JsonNode answer = answer(found, kwargs, true);
        under.decrementAndGet();
        yield answer;
      }
      default -> throw new AssertionError(method);
    };
  }

  private NavigableSet<Long> within(List<?> domain) {
    long after = 0;
    long upTo = Long.MAX_VALUE;
    for (Object leaf : domain) {
      List<?> parts = (List<?>) leaf;
      long value = ((Number) parts.get(2)).longValue();
      after = parts.get(1).equals(">") ? Math.max(after, value) : after;
      upTo = parts.get(1).equals("<=") ? Math.min(upTo, value) : upTo;
    }
    return ids.subSet(after, false, Math.max(after, upTo), true);
  }

  private static JsonNode answer(
      NavigableSet<Long> found, Map<String, ?> kwargs, boolean asRecords) {
    Object limit = kwargs.get("limit");
    long most = limit == null ? Long.MAX_VALUE : ((Number) limit).longValue();
    ArrayNode answer = NODES.arrayNode();
    for (long id : found) {
      if (answer.size() >= most) {
        break;
      }
      if (asRecords) {
        answer.addObject().put("id", id);
      } else {
        answer.add(id);
      }
    }
    return answer;
  }

  @Override
  public long count(long after, long upTo) {
    return ids.subSet(after, false, upTo, true).size();
  }

  @Override
  public OptionalLong highest() {
    return ids.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ids.getLast());
  }

  @Override
  public boolean isWhole() {
    return true;
  }

  @Override
  public Ascending ascending(long after) {
    throw new AssertionError("ids are counted");
  }

  @Override
  public JsonNode change(String model, String method, List<?> args, Map<String, ?> kwargs) {
    throw new AssertionError("nothing is changed");
  }

  @Override
  public long userId() {
    return 2;
  }

  @Override
  public String version() {
    return "18.0";
  }

  @Override
  public Instant serverTime() {
    return Instant.EPOCH;
  }

  @Override
  public void close() {}
}
