package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.project.Node;
import java.util.List;

/**
 * A node as SQL.
 *
 * @param sql with the CTEs of ephemeral models in front; empty for seeds
 * @param preHooks statements before, postHooks after building, rendered
 */
public record CompiledNode(Node node, String sql, List<String> preHooks, List<String> postHooks) {
  public CompiledNode {
    preHooks = List.copyOf(preHooks);
    postHooks = List.copyOf(postHooks);
  }
}
