/** Waiting for what happens elsewhere. */
@NullMarked
package ai.ipai.testing.wait;

import org.jspecify.annotations.NullMarked;
