package ai.ipai.connectors.github;

import ai.ipai.connectors.github.CollectionMarks.Place;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a collection of each repository, newest first, page by page, until a page lies wholly
 * before what was read last time less the overlap. A page's position is its link, so an interrupted
 * reading goes on at that page; what comes twice is merged by its id. Each repository has a mark of
 * its own: one that is new in the list is read from its beginning.
 */
final class CollectionReader implements BatchReader {
  private final GithubApi api;
  private final GithubSettings settings;
  private final GithubStream stream;
  private final Cancellation cancellation;
  private final Deque<String> waiting = new ArrayDeque<>();
  private CollectionMarks at;
  private boolean ended;

  CollectionReader(
      GithubApi api,
      GithubSettings settings,
      GithubStream stream,
      StreamRequest request,
      Cancellation cancellation) {
    this.api = api;
    this.settings = settings;
    this.stream = stream;
    this.cancellation = cancellation;
    this.at = CollectionMarks.parse(request.from());
    for (String repository : settings.repositories()) {
      if (!at.read().contains(repository)) {
        waiting.add(repository);
      }
    }
    Place place = at.place();
    if (place != null && waiting.remove(place.repository())) {
      waiting.addFirst(place.repository());
    }
  }

  @Override
  public StreamDescriptor stream() {
    return stream.descriptor();
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    if (ended) {
      return null;
    }
    cancellation.check();
    String name = waiting.peek();
    if (name == null) {
      return end();
    }
    Place place = at.place();
    Place inside = place != null && place.repository().equals(name) ? place : null;
    String first = "repos/" + name + "/" + stream.path(settings.pageSize());
    GithubApi.Page page = api.get(inside == null ? first : inside.next());
    Instant begun = inside == null ? api.serverTime() : inside.begun();
    Instant mark = at.until().get(name);
    Instant since = mark == null ? null : mark.minus(settings.overlap());
    List<SourceRow> rows = new ArrayList<>();
    boolean anyNew = false;
    for (JsonNode record : stream.records(page.body())) {
      Instant changed = GithubStream.changedAt(record);
      anyNew |= since == null || changed == null || !changed.isBefore(since);
      add(name, record, rows);
    }
    advance(name, begun, anyNew ? page.next() : Optional.empty());
    return RecordBatch.of(stream.columns(), rows, at.cursor());
  }

  /** Nothing was left to read, as where repositories were taken out of the list meanwhile. */
  private RecordBatch end() {
    ended = true;
    at = at.ended();
    return RecordBatch.of(stream.columns(), List.of(), at.cursor());
  }

  private void add(String name, JsonNode record, List<SourceRow> rows) {
    if (stream != GithubStream.DEPLOYMENT_STATUSES) {
      boolean isPullRequest = stream == GithubStream.ISSUES && record.has("pull_request");
      if (!isPullRequest) {
        rows.add(SourceRow.present(stream.values(name, record)));
      }
      return;
    }
    long deployment = record.path("id").longValue();
    String path =
        "repos/%s/deployments/%d/statuses?per_page=%d"
            .formatted(name, deployment, settings.pageSize());
    for (Optional<String> at = Optional.of(path); at.isPresent(); ) {
      cancellation.check();
      GithubApi.Page page = api.get(at.get());
      for (JsonNode status : page.body()) {
        ObjectNode whole = status.deepCopy().asObject();
        whole.put("deployment_id", deployment);
        rows.add(SourceRow.present(stream.values(name, whole)));
      }
      at = page.next();
    }
  }

  private void advance(String name, Instant begun, Optional<String> link) {
    if (link.isPresent()) {
      at = at.within(name, link.get(), begun);
      return;
    }
    at = at.finished(name, begun);
    waiting.remove();
    ended = waiting.isEmpty();
    at = ended ? at.ended() : at;
  }

  @Override
  public void close() {
    ended = true;
  }
}
