@NullMarked
package ai.ipai.pipelines.parse;

import org.jspecify.annotations.NullMarked;
