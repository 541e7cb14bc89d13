package ai.ipai.connectors.odoo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The pages of a model in the order of ids, some asked for at a time: a list of ids, which costs
 * the server a hundredth of their records, says where pages begin and end. The last ones, which may
 * still grow, are read one after the other. Used by one thread.
 */
final class PagesAhead implements AutoCloseable {
  private static final int IDS_AT_ONCE = 50_000;

  private final ModelCalls calls;
  private final OdooModel model;
  private final List<Object> domain;
  private final int pageSize;
  private final int atOnce;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Asked> asked = new ArrayDeque<>();
  private final Deque<Long> ends = new ArrayDeque<>();
  private boolean hasIds;
  private long askedUpTo;

  /** A page that is on its way. */
  private record Asked(Future<JsonNode> page, long upTo) {}

  /**
   * One page.
   *
   * @param upTo it holds every record up to this id; {@link Long#MAX_VALUE} for the last page
   */
  record Page(JsonNode records, long upTo) {
    boolean isLast() {
      return upTo == Long.MAX_VALUE;
    }
  }

  /**
   * Pages after an id.
   *
   * @param atOnce 1 asks for one page after the other
   */
  PagesAhead(
      ModelCalls calls,
      OdooModel model,
      List<Object> domain,
      long after,
      int pageSize,
      int atOnce) {
    this.calls = calls;
    this.model = model;
    this.domain = domain;
    this.pageSize = pageSize;
    this.atOnce = atOnce;
    this.askedUpTo = after;
    this.hasIds = atOnce > 1;
  }

  Page next() {
    while (asked.size() < atOnce && ask()) {
      // The queue is full, or all is asked for.
    }
    Asked first = asked.poll();
    return first == null ? tail() : new Page(await(first.page()), first.upTo());
  }

  private boolean ask() {
    if (ends.isEmpty() && hasIds) {
      List<Long> ids = calls.ids(model, domain, askedUpTo, Long.MAX_VALUE, IDS_AT_ONCE);
      hasIds = ids.size() == IDS_AT_ONCE;
      for (int end = pageSize; end <= ids.size(); end += pageSize) {
        ends.add(ids.get(end - 1));
      }
    }
    Long end = ends.poll();
    if (end == null) {
      hasIds = false;
      return false;
    }
    long after = askedUpTo;
    asked.add(new Asked(executor.submit(() -> calls.page(model, domain, after, end)), end));
    askedUpTo = end;
    return true;
  }

  private Page tail() {
    JsonNode records = calls.page(model, domain, askedUpTo, pageSize);
    askedUpTo =
        records.size() < pageSize
            ? Long.MAX_VALUE
            : records.get(records.size() - 1).path("id").longValue();
    return new Page(records, askedUpTo);
  }

  private static JsonNode await(Future<JsonNode> page) {
    try {
      return page.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
