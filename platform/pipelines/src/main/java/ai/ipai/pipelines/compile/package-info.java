/** Templates to SQL: the names that a model's template sees, and what they resolve to. */
@NullMarked
package ai.ipai.pipelines.compile;

import org.jspecify.annotations.NullMarked;
