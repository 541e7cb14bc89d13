package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;

/**
 * What a build would do with a node.
 *
 * @param runs whether it would be built
 * @param reason why, or why not
 */
public record PlannedNode(Node node, boolean runs, String reason) {}
