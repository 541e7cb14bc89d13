/** Tests of the measure against specs. */
@NullMarked
package ai.ipai.server.bench.postgrest;

import org.jspecify.annotations.NullMarked;
