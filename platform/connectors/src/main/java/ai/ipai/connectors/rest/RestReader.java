package ai.ipai.connectors.rest;

import ai.ipai.connectors.rest.RestStream.Changes;
import ai.ipai.connectors.rest.RestStream.PageKind;
import ai.ipai.connectors.rest.RestStream.Paging;
import ai.ipai.connectors.rest.RestStream.Parent;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a collection page by page, or one for each record of its parent. */
final class RestReader implements BatchReader {
  private static final Pattern NEXT =
      Pattern.compile("<([^>]{1,4000})>\\s*;[^,]*\\brel=\"?next\"?");

  private final RestApi api;
  private final RestStream stream;
  private final Cancellation cancellation;
  private final List<String> parents;
  private RestCursor at;
  private int longest;
  private boolean ended;

  /**
   * Begins or goes on.
   *
   * @param parents values of the parent's field, in order; one empty text for a stream without
   */
  RestReader(
      RestApi api,
      RestStream stream,
      List<String> parents,
      Cancellation cancellation,
      StreamRequest request) {
    this.api = api;
    this.stream = stream;
    this.parents = parents;
    this.cancellation = cancellation;
    this.at = start(request);
  }

  private RestCursor start(StreamRequest request) {
    RestCursor from = request.from() == null ? null : RestCursor.parse(request.from());
    if (from != null && !from.done() && parents.contains(from.parent())) {
      return from;
    }
    Changes changes = stream.changes();
    String first = parents.isEmpty() ? "" : parents.getFirst();
    if (changes == null || from == null || request.mode() != ReadMode.CHANGES) {
      return new RestCursor(false, "", "", first, "");
    }
    String low = since(changes, from.high());
    return new RestCursor(false, low, from.high(), first, "");
  }

  /**
   * Since when to ask; empty for everything, also where the last reading ended ahead of the clock:
   * nobody knows since when changes went unseen.
   */
  private String since(Changes changes, String high) {
    if (high.isEmpty()) {
      return "";
    }
    Instant low = Instant.parse(high).minus(changes.overlap());
    return low.isAfter(api.now()) ? "" : low.toString();
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
    if (parents.isEmpty()) {
      return end(List.of(), at.high());
    }
    RestApi.Answer answer = api.get(address(), stream, isCounted() && !at.page().isEmpty());
    JsonNode body = answer.body();
    JsonNode records = body == null ? RestApi.JSON.createArrayNode() : records(body);
    List<SourceRow> rows = new ArrayList<>(records.size());
    String high = at.high();
    for (JsonNode record : records) {
      rows.add(row(record));
      high = later(high, record);
    }
    String next = body == null ? "" : next(body, records.size(), answer.response());
    if (!next.isEmpty()) {
      if (next.equals(at.page())) {
        throw new IpaiException(
                ConnectorErrors.ANSWER, "pages of %s go round in circles".formatted(stream.name()))
            .fact("stream", stream.name())
            .hint("check page.next and page.param");
      }
      at = at.at(at.parent(), next, high);
      return batch(rows);
    }
    int index = parents.indexOf(at.parent()) + 1;
    if (index < parents.size()) {
      at = at.at(parents.get(index), "", high);
      return batch(rows);
    }
    return end(rows, high);
  }

  /** Whether pages have numbers, so that one may be asked for that is not there. */
  private boolean isCounted() {
    PageKind kind = stream.paging().kind();
    return kind == PageKind.PAGE || kind == PageKind.OFFSET;
  }

  private URI address() {
    Paging paging = stream.paging();
    boolean isAddress = paging.kind() == PageKind.LINK || isAddress(at.page());
    if (!at.page().isEmpty() && isAddress) {
      return URI.create(at.page());
    }
    Map<String, String> params = new LinkedHashMap<>(stream.params());
    Changes changes = stream.changes();
    if (changes != null && !at.low().isEmpty()) {
      params.put(changes.param(), time(changes, Instant.parse(at.low())));
    }
    if (!paging.sizeParam().isEmpty()) {
      params.put(paging.sizeParam(), Integer.toString(paging.size()));
    }
    switch (paging.kind()) {
      case PAGE ->
          params.put(paging.param(), at.page().isEmpty() ? "" + paging.start() : at.page());
      case OFFSET -> params.put(paging.param(), at.page().isEmpty() ? "0" : at.page());
      case CURSOR -> {
        if (!at.page().isEmpty()) {
          params.put(paging.param(), at.page());
        }
      }
      case NONE, LINK -> {}
    }
    String path = stream.path();
    Parent parent = stream.parent();
    if (parent != null) {
      path = path.replace("{" + parent.as() + "}", RestApi.encoded(at.parent()));
    }
    return api.address(path, params);
  }

  private static boolean isAddress(String page) {
    return page.startsWith("https://") || page.startsWith("http://");
  }

  private static String time(Changes changes, Instant low) {
    return switch (changes.format()) {
      case ISO -> low.toString();
      case DATE -> low.atOffset(ZoneOffset.UTC).toLocalDate().toString();
      case EPOCH_SECONDS -> Long.toString(low.getEpochSecond());
      case EPOCH_MILLIS -> Long.toString(low.toEpochMilli());
    };
  }

  private JsonNode records(JsonNode body) {
    JsonNode records = RestField.reach(body, stream.records());
    if (records.isObject() && stream.paging().kind() == PageKind.NONE) {
      return RestApi.JSON.createArrayNode().add(records);
    }
    if (!records.isArray()) {
      throw new IpaiException(
              ConnectorErrors.ANSWER,
              "the answer for %s has no list of records".formatted(stream.name()))
          .fact("stream", stream.name())
          .hint("set records to where the list is, such as data.items");
    }
    return records;
  }

  private SourceRow row(JsonNode record) {
    @Nullable Object[] values = new Object[stream.columns().size()];
    int i = 0;
    if (stream.parent() != null) {
      values[i++] = at.parent();
    }
    for (RestField field : stream.fields().values()) {
      values[i++] = field.value(record);
    }
    values[i] = new JsonText(record.toString());
    return SourceRow.present(values);
  }

  /** A time ahead of the server's clock would keep every later change out of sight. */
  private String later(String high, JsonNode record) {
    Changes changes = stream.changes();
    RestField field = changes == null ? null : stream.fields().get(changes.field());
    if (field != null && field.value(record) instanceof Instant time && !time.isAfter(api.now())) {
      return high.isEmpty() || time.isAfter(Instant.parse(high)) ? time.toString() : high;
    }
    return high;
  }

  /**
   * Where the next page is; empty at the end. An API may give less at a time than it is asked for,
   * so the longest page so far says what a full one is.
   */
  private String next(JsonNode body, int found, HttpResponse<?> response) {
    Paging paging = stream.paging();
    longest = Math.max(longest, Math.min(found, paging.size()));
    boolean full = found > 0 && (paging.sizeParam().isEmpty() || found >= longest);
    return switch (paging.kind()) {
      case NONE -> "";
      case PAGE -> full ? Long.toString(number(paging.start()) + 1) : "";
      case OFFSET -> found > 0 && full ? Long.toString(number(0) + found) : "";
      case CURSOR -> cursor(RestField.reach(body, paging.next()));
      case LINK -> link(response);
    };
  }

  private long number(long first) {
    return at.page().isEmpty() ? first : Long.parseLong(at.page());
  }

  private String cursor(JsonNode node) {
    if (node.isMissingNode() || node.isNull() || (node.isBoolean() && !node.booleanValue())) {
      return "";
    }
    String text = node.asString();
    return isAddress(text) ? own(text) : text;
  }

  private String link(HttpResponse<?> response) {
    for (String header : response.headers().allValues("Link")) {
      Matcher matcher = NEXT.matcher(header);
      if (matcher.find()) {
        return own(matcher.group(1));
      }
    }
    return "";
  }

  /** A next page elsewhere would be given the login. */
  private String own(String link) {
    try {
      URI uri = api.address("", Map.of()).resolve(link);
      if (api.isOwn(uri)) {
        return api.withoutLogin(uri).toString();
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      // Said below.
    }
    throw new IpaiException(
            ConnectorErrors.ANSWER, "the next page of %s lies elsewhere".formatted(stream.name()))
        .fact("stream", stream.name())
        .hint("set url to where the API's links point");
  }

  private RecordBatch end(List<SourceRow> rows, String high) {
    ended = true;
    at = at.ended(high);
    return batch(rows);
  }

  private RecordBatch batch(List<SourceRow> rows) {
    return RecordBatch.of(stream.columns(), rows, at.cursor());
  }

  @Override
  public void close() {
    ended = true;
  }
}
