package ai.ipai.pipelines.project;

import ai.ipai.pipelines.jinja.Place;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table that models read and somebody else fills.
 *
 * @param relation as the database names it
 * @param loadedAtField null where freshness cannot be told
 * @param freshness {@code warn_after}, {@code error_after}, {@code filter}; empty where not
 *     declared
 */
public record SourceTable(
    String packageName,
    String source,
    String name,
    QualifiedName relation,
    Place place,
    String description,
    Map<String, NodeColumn> columns,
    List<String> tags,
    @Nullable String loadedAtField,
    Map<String, @Nullable Object> freshness) {
  public String uniqueId() {
    return "source." + packageName + "." + source + "." + name;
  }
}
