@NullMarked
package ai.ipai.pipelines.run;

import org.jspecify.annotations.NullMarked;
