/** Pages over the platform API. */
@NullMarked
package ai.ipai.console;

import org.jspecify.annotations.NullMarked;
