/** Benchmarks of governance, each beside its baseline in the same run. */
@NullMarked
package ai.ipai.governance.bench;

import org.jspecify.annotations.NullMarked;
