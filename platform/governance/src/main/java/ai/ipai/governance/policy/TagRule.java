package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/** What tables ({@code schema.name}) and columns ({@code schema.name.column}) are called. */
public record TagRule(
    FilePlace place,
    List<ObjectPattern> tables,
    List<ColumnPattern> columns,
    List<String> tags,
    String description) {
  public TagRule {
    tables = List.copyOf(tables);
    columns = List.copyOf(columns);
    tags = List.copyOf(tags);
  }
}
