/** Builds, tests and publishes models. */
@NullMarked
package ai.ipai.pipelines.run;

import org.jspecify.annotations.NullMarked;
