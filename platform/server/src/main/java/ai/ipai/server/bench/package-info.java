/** Benchmarks: what they are, what they are given, which there are. */
@NullMarked
package ai.ipai.server.bench;

import org.jspecify.annotations.NullMarked;
