/** How the log is written. */
@NullMarked
package ai.ipai.server.log;

import org.jspecify.annotations.NullMarked;
