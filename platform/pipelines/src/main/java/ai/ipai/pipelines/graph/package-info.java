/** Who depends on whom, and which part of that a selection names. */
@NullMarked
package ai.ipai.pipelines.graph;

import org.jspecify.annotations.NullMarked;
