/**
 * A reader and a lazy evaluator of the part of Haskell in which specs are written: layout, {@code
 * do}, {@code let}, {@code where}, {@code case}, records, operators with their fixities,
 * quasi-quotes. Types are read over: what is overloaded in Haskell is decided when it runs.
 */
@NullMarked
package ai.ipai.server.bench.haskell;

import org.jspecify.annotations.NullMarked;
