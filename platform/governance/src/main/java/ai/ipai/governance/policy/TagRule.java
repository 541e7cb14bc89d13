package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.spi.name.QualifiedName;
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

  /** One tag of one column, or of the table where the column is empty. */
  public static TagRule of(FilePlace place, QualifiedName relation, String column, String tag) {
    ObjectPattern object = new ObjectPattern(relation.schema(), relation.name());
    return column.isEmpty()
        ? new TagRule(place, List.of(object), List.of(), List.of(tag), "")
        : new TagRule(
            place, List.of(), List.of(new ColumnPattern(object, column)), List.of(tag), "");
  }
}
