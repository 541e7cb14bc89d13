/** Background work in rounds, of this room and of those that import it. */
@NullMarked
package ai.ipai.postgres.repeat;

import org.jspecify.annotations.NullMarked;
