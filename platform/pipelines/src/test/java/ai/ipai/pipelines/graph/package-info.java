@NullMarked
package ai.ipai.pipelines.graph;

import org.jspecify.annotations.NullMarked;
