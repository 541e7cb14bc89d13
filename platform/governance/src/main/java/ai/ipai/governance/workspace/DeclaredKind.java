package ai.ipai.governance.workspace;

import java.util.Arrays;
import java.util.Optional;

/** What a workspace declares by one file each, recorded in one table each. */
public enum DeclaredKind {
  CONNECTOR("connector", "connectors", "connector"),
  SEMANTIC_MODEL("semantic model", "semantic", "semantic"),
  JOB("job", "jobs", "job"),
  DASHBOARD("dashboard", "dashboards", "dashboard"),
  AGENT("agent", "agents", "agent"),
  APP("app", "apps", "app");

  private final String title;
  private final String folder;
  private final String schema;

  DeclaredKind(String title, String folder, String schema) {
    this.title = title;
    this.folder = folder;
    this.schema = schema;
  }

  /** For people: {@code semantic model}. */
  public String title() {
    return title;
  }

  /** Where its files are, below the workspace. */
  public String folder() {
    return folder;
  }

  /** The table in schema {@code ipai} that records it. */
  public String table() {
    return title.replace(' ', '_');
  }

  String schema() {
    return schema;
  }

  static Optional<DeclaredKind> ofFolder(String folder) {
    return Arrays.stream(values()).filter(kind -> kind.folder.equals(folder)).findFirst();
  }
}
