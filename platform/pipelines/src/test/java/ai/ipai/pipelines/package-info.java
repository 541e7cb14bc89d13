@NullMarked
package ai.ipai.pipelines;

import org.jspecify.annotations.NullMarked;
