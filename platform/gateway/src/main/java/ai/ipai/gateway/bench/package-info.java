/** Benchmarks of governed reads, each beside its baseline in the same run. */
@NullMarked
package ai.ipai.gateway.bench;

import org.jspecify.annotations.NullMarked;
