package ai.ipai.connectors.rest;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One collection of an API.
 *
 * @param records members that lead to the list
 * @param fields in the order of their columns; beside them each row has the whole record, {@code
 *     payload}
 * @param changes how records since a time are asked for, or null
 */
record RestStream(
    String name,
    String path,
    Map<String, String> params,
    List<String> records,
    List<String> key,
    Map<String, RestField> fields,
    Paging paging,
    @Nullable Changes changes,
    @Nullable Parent parent,
    Set<Integer> ignored) {
  static final String PAYLOAD = "payload";

  /** The records of one stream, each with its own collection. */
  record Parent(String stream, String field, String as) {}

  /** How a time is written in a parameter. */
  enum TimeFormat {
    ISO,
    DATE,
    EPOCH_SECONDS,
    EPOCH_MILLIS
  }

  /** By which field and parameter changes are asked for. */
  record Changes(String field, String param, TimeFormat format, Duration overlap) {}

  /** How pages follow each other. */
  enum PageKind {
    NONE,
    PAGE,
    OFFSET,
    CURSOR,
    LINK
  }

  /**
   * Pages of a collection.
   *
   * @param param that tells page, offset or cursor; {@code sizeParam} may be empty
   * @param next members that lead to the next cursor
   */
  record Paging(
      PageKind kind, String param, long start, int size, String sizeParam, List<String> next) {}

  static RestStream of(String name, Settings options) {
    String path = options.text("path");
    if (path.contains("://")
        || path.startsWith("/")
        || path.contains("..")
        || path.contains("\\")) {
      throw options.fault("path", "leaves the url", "write it below url, without a leading slash");
    }
    Map<String, RestField> fields = new LinkedHashMap<>();
    Settings declared = options.mapping("fields");
    for (String field : declared.values().keySet()) {
      if (field.equals(PAYLOAD)) {
        throw declared.fault(field, "is the whole record's column", "name the field's members");
      }
      fields.put(field, RestField.of(field, declared));
    }
    List<String> key = options.texts("key");
    Parent parent = parent(options.mapping("parent"));
    for (String column : key) {
      if (!fields.containsKey(column) && (parent == null || !parent.as().equals(column))) {
        throw options.fault("key", "has a column that is no field: " + column, "add it to fields");
      }
    }
    if (parent != null && !path.contains("{" + parent.as() + "}")) {
      throw options.fault("path", "does not name the parent", "write {" + parent.as() + "} in it");
    }
    return new RestStream(
        name,
        path,
        params(options.mapping("params")),
        members(options.text("records", "")),
        key,
        fields,
        paging(options.mapping("page")),
        changes(options.mapping("changes"), fields, options, key),
        parent,
        ignored(options));
  }

  private static Set<Integer> ignored(Settings options) {
    Set<Integer> ignored = new java.util.TreeSet<>();
    for (String status : options.texts("ignore_status")) {
      if (!List.of("403", "404", "410", "422").contains(status)) {
        throw options.fault("ignore_status", "holds " + status, "403, 404, 410 and 422 can be");
      }
      ignored.add(Integer.parseInt(status));
    }
    return ignored;
  }

  private static @Nullable Parent parent(Settings parent) {
    return parent.values().isEmpty()
        ? null
        : new Parent(parent.text("stream"), parent.text("field"), parent.text("as"));
  }

  private static Map<String, String> params(Settings params) {
    Map<String, String> texts = new LinkedHashMap<>();
    params.values().keySet().forEach(name -> texts.put(name, params.text(name)));
    return texts;
  }

  static List<String> members(String path) {
    return path.isEmpty() ? List.of() : List.of(path.split("\\.", -1));
  }

  private static Paging paging(Settings page) {
    PageKind kind = PageKind.NONE;
    if (!page.values().isEmpty()) {
      try {
        kind = PageKind.valueOf(page.text("kind").toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw page.fault("kind", "is unknown", "write none, page, offset, cursor or link");
      }
    }
    boolean asks = kind == PageKind.PAGE || kind == PageKind.OFFSET || kind == PageKind.CURSOR;
    long size = page.integer("size", 100);
    if (size < 1 || size > 10_000) {
      throw page.fault("size", "is not within 1 to 10000", "100 is usual");
    }
    return new Paging(
        kind,
        asks ? page.text("param") : "",
        page.integer("start", 1),
        Math.toIntExact(size),
        page.text("size_param", ""),
        members(kind == PageKind.CURSOR ? page.text("next") : ""));
  }

  private static @Nullable Changes changes(
      Settings changes, Map<String, RestField> fields, Settings options, List<String> key) {
    if (changes.values().isEmpty()) {
      return null;
    }
    String field = changes.text("field");
    RestField declared = fields.get(field);
    if (declared == null || declared.type() != ColumnType.TIMESTAMPTZ) {
      throw changes.fault("field", "is no time of this stream", "add it to fields as timestamptz");
    }
    if (key.isEmpty()) {
      throw options.fault("key", "is missing", "changes need a key");
    }
    String format = changes.text("format", "iso").toUpperCase(Locale.ROOT);
    try {
      return new Changes(
          field,
          changes.text("param"),
          TimeFormat.valueOf(format),
          changes.duration("overlap", Duration.ofMinutes(10)));
    } catch (IllegalArgumentException e) {
      throw changes.fault("format", "is unknown", "write iso, date, epoch_seconds or epoch_millis");
    }
  }

  StreamDescriptor descriptor() {
    Set<ReadMode> modes = EnumSet.of(ReadMode.SNAPSHOT);
    if (changes != null) {
      modes.add(ReadMode.CHANGES);
    }
    return new StreamDescriptor(name, columns(), key, modes, "HTTP " + path);
  }

  List<SourceColumn> columns() {
    List<SourceColumn> columns = new ArrayList<>();
    if (parent != null) {
      columns.add(SourceColumn.of(parent.as(), ColumnType.TEXT));
    }
    fields.values().forEach(field -> columns.add(SourceColumn.of(field.name(), field.type())));
    columns.add(SourceColumn.of(PAYLOAD, ColumnType.JSON));
    return columns;
  }
}
