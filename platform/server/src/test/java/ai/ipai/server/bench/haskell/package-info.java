/** Tests of the reader of specs. */
@NullMarked
package ai.ipai.server.bench.haskell;

import org.jspecify.annotations.NullMarked;
