package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The version of the data of everything a node reads. A table's is the run that published it; a
 * view's is that and the versions of what it reads; a source's is its newest load time and its
 * number of rows, or unknown where it has no load time.
 */
final class Versions {
  static final String UNKNOWN = "unknown";

  private final Project project;
  private final RunPlan plan;
  private final RunHistory history;
  private final Map<String, String> sources = new ConcurrentHashMap<>();

  Versions(Project project, RunPlan plan, RunHistory history) {
    this.project = project;
    this.plan = plan;
    this.history = history;
  }

  Map<String, String> of(Set<String> inputs, BuildSession session) throws SQLException {
    Map<String, String> versions = new LinkedHashMap<>();
    for (String input : inputs) {
      versions.put(input, of(input, session));
    }
    return versions;
  }

  private String of(String id, BuildSession session) throws SQLException {
    SourceTable source = project.sources().get(id);
    if (source != null) {
      return source(source, session);
    }
    Node node = project.node(id);
    String own = history.find(id).map(RunHistory.Published::version).orElse("none");
    if (!node.materialized().equals("view")) {
      return own;
    }
    StringBuilder whole = new StringBuilder(own);
    for (String input : plan.ownInputs(node)) {
      whole.append('|').append(of(input, session));
    }
    String text = whole.toString();
    return text.contains(UNKNOWN) ? UNKNOWN : Sha256.hex(text).substring(0, 32);
  }

  /** Asked once in a build. */
  private String source(SourceTable source, BuildSession session) throws SQLException {
    String known = sources.get(source.uniqueId());
    if (known != null) {
      return known;
    }
    String version = ask(source, session);
    sources.put(source.uniqueId(), version);
    return version;
  }

  private static String ask(SourceTable source, BuildSession session) throws SQLException {
    List<String> columns = session.columns(source.relation());
    String column = source.loadedAtField() != null ? source.loadedAtField() : "_ipai_loaded_at";
    if (!columns.contains(column)) {
      return UNKNOWN;
    }
    return session
        .texts(
            "select count(*) || '@' || coalesce(extract(epoch from max("
                + SqlText.identifier(column)
                + "))::text, '') from "
                + source.relation().quoted())
        .getFirst();
  }
}
