package ai.ipai.connectors.github;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The collections that are read. Each row has the repository, chosen members as columns, and the
 * whole answer as {@code payload}.
 */
enum GithubStream {
  WORKFLOW_RUNS(
      "actions/runs?per_page=%d",
      "workflow_runs",
      "name event head_branch head_sha status conclusion actor.login path",
      "workflow_id run_number run_attempt",
      "created_at run_started_at updated_at"),
  DEPLOYMENTS(
      "deployments?per_page=%d",
      "",
      "ref sha task environment production_environment creator.login",
      "",
      "created_at updated_at"),
  DEPLOYMENT_STATUSES(
      "deployments?per_page=%d",
      "", "state environment creator.login", "deployment_id", "created_at updated_at"),
  PULL_REQUESTS(
      "pulls?state=all&sort=updated&direction=desc&per_page=%d",
      "",
      "state title user.login merge_commit_sha base.ref head.ref",
      "number",
      "created_at updated_at closed_at merged_at"),
  RELEASES(
      "releases?per_page=%d",
      "", "tag_name name target_commitish author.login", "", "created_at published_at"),
  ISSUES(
      "issues?state=all&sort=updated&direction=desc&per_page=%d",
      "",
      "state state_reason title user.login",
      "number comments",
      "created_at updated_at closed_at");

  private final String path;
  private final String wrapper;

  // Never changed once the constructor is through.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Member> members = new ArrayList<>();

  GithubStream(String path, String wrapper, String texts, String numbers, String times) {
    this.path = path;
    this.wrapper = wrapper;
    members.add(new Member("id", ColumnType.BIGINT));
    add(numbers, ColumnType.BIGINT);
    add(texts, ColumnType.TEXT);
    add(times, ColumnType.TIMESTAMPTZ);
  }

  private void add(String names, ColumnType type) {
    for (String name : names.split(" ", -1)) {
      if (!name.isEmpty()) {
        members.add(new Member(name, type));
      }
    }
  }

  static List<String> names() {
    return List.of(values()).stream().map(GithubStream::streamName).toList();
  }

  static @Nullable GithubStream of(String name) {
    for (GithubStream stream : values()) {
      if (stream.streamName().equals(name)) {
        return stream;
      }
    }
    return null;
  }

  String streamName() {
    return name().toLowerCase(Locale.ROOT);
  }

  String path(int pageSize) {
    return path.formatted(pageSize);
  }

  /** The records of one page; {@code actions/runs} wraps them. */
  JsonNode records(JsonNode answer) {
    return wrapper.isEmpty() ? answer : answer.path(wrapper);
  }

  StreamDescriptor descriptor() {
    return new StreamDescriptor(
        streamName(),
        columns(),
        List.of("repository", "id"),
        EnumSet.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
        "GitHub " + streamName().replace('_', ' '));
  }

  List<SourceColumn> columns() {
    List<SourceColumn> columns = new ArrayList<>();
    columns.add(SourceColumn.of("repository", ColumnType.TEXT));
    members.forEach(member -> columns.add(SourceColumn.of(member.column(), member.type())));
    columns.add(new SourceColumn("payload", ColumnType.JSON, "The whole answer"));
    return columns;
  }

  @Nullable Object[] values(String repository, JsonNode record) {
    @Nullable Object[] values = new Object[members.size() + 2];
    values[0] = repository;
    for (int i = 0; i < members.size(); i++) {
      values[i + 1] = members.get(i).value(record);
    }
    values[values.length - 1] = new JsonText(record.toString());
    return values;
  }

  /** When a record last changed, as far as it says; null where it does not. */
  static @Nullable Instant changedAt(JsonNode record) {
    for (String member : List.of("updated_at", "published_at", "created_at")) {
      if (record.path(member).isString()) {
        return Instant.parse(record.path(member).stringValue());
      }
    }
    return null;
  }

  private record Member(String name, ColumnType type) {
    String column() {
      return name.replace('.', '_');
    }

    @Nullable Object value(JsonNode record) {
      JsonNode node = record;
      for (String step : name.split("\\.", -1)) {
        node = node.path(step);
      }
      if (node.isNull() || node.isMissingNode()) {
        return null;
      }
      if (type == ColumnType.TIMESTAMPTZ && node.isString()) {
        try {
          return Instant.parse(node.stringValue());
        } catch (DateTimeException e) {
          return node.stringValue();
        }
      }
      return node.isIntegralNumber() ? (Object) node.longValue() : node.asString();
    }
  }
}
