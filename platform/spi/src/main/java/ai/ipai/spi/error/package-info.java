/** The one exception that crosses rooms, its codes and kinds. */
@NullMarked
package ai.ipai.spi.error;

import org.jspecify.annotations.NullMarked;
