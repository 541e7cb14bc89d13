@NullMarked
package ai.ipai.pipelines.compile;

import org.jspecify.annotations.NullMarked;
