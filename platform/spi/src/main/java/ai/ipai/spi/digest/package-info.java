/** Digests of what is kept, compared or named by its content. */
@NullMarked
package ai.ipai.spi.digest;

import org.jspecify.annotations.NullMarked;
