package ai.ipai.pipelines.project;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column as {@code schema.yml} describes it.
 *
 * @param tags of {@code tags} and {@code meta.tags}: what the publisher masks by
 * @param dataType as declared, null where it is not
 */
public record NodeColumn(
    String name,
    String description,
    List<String> tags,
    Map<String, @Nullable Object> meta,
    @Nullable String dataType) {
  public NodeColumn {
    tags = List.copyOf(tags);
  }
}
