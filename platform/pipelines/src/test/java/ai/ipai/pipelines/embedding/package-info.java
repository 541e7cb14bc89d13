@NullMarked
package ai.ipai.pipelines.embedding;

import org.jspecify.annotations.NullMarked;
