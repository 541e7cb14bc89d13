/** Whether the process lives and the platform can serve. */
@NullMarked
package ai.ipai.server.health;

import org.jspecify.annotations.NullMarked;
