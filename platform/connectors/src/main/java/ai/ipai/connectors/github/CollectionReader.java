package ai.ipai.connectors.github;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a collection of each repository, newest first, page by page, until a page lies wholly
 * before what was read last time less the overlap. A page's position is its link, so an interrupted
 * reading goes on at that page; what comes twice is merged by its id.
 */
final class CollectionReader implements BatchReader {
  private static final JsonMapper JSON = new JsonMapper();

  private final GithubApi api;
  private final GithubSettings settings;
  private final GithubStream stream;
  private final Cancellation cancellation;
  private final @Nullable Instant since;
  private @Nullable Instant until;
  private int repository;
  private @Nullable String next;
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
    JsonNode from = parse(request.from());
    boolean isInside = from.has("next");
    String mark = from.path(isInside ? "since" : "until").asString("");
    this.since =
        mark.isEmpty()
            ? null
            : isInside ? Instant.parse(mark) : Instant.parse(mark).minus(settings.overlap());
    if (isInside) {
      until = Instant.parse(from.path("until").asString());
      repository = from.path("repository").intValue(0);
      next = from.path("next").asString("").isEmpty() ? null : from.path("next").asString();
    }
  }

  private static JsonNode parse(@Nullable Cursor cursor) {
    if (cursor == null) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode node = JSON.readTree(cursor.json());
      if (node.path("until").isString()) {
        return node;
      }
      throw foreign(null);
    } catch (JacksonException e) {
      throw foreign(e);
    }
  }

  private static IpaiException foreign(@Nullable JacksonException cause) {
    return new IpaiException(ConnectorErrors.CURSOR, "the cursor is not one of GitHub's", cause)
        .hint("run the sync with --full-refresh once");
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
    String name = settings.repositories().get(repository);
    GithubApi.Page page =
        api.get(next == null ? "repos/" + name + "/" + stream.path(settings.pageSize()) : next);
    if (until == null) {
      until = api.serverTime();
    }
    List<SourceRow> rows = new ArrayList<>();
    boolean anyNew = false;
    for (JsonNode record : stream.records(page.body())) {
      Instant changed = GithubStream.changedAt(record);
      anyNew |= since == null || changed == null || !changed.isBefore(since);
      add(name, record, rows);
    }
    advance(anyNew ? page.next() : Optional.empty());
    return RecordBatch.of(stream.columns(), rows, cursor());
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

  private void advance(Optional<String> link) {
    next = link.orElse(null);
    if (link.isEmpty()) {
      repository++;
      ended = repository >= settings.repositories().size();
    }
  }

  private Cursor cursor() {
    ObjectNode node = JSON.createObjectNode().put("until", String.valueOf(until));
    if (!ended) {
      node.put("since", since == null ? "" : since.toString())
          .put("repository", repository)
          .put("next", next == null ? "" : next);
    }
    return new Cursor(JSON.writeValueAsString(node));
  }

  @Override
  public void close() {
    ended = true;
  }
}
