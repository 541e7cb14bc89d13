/** Wiring, platform API, CLI, doctor. */
@NullMarked
package ai.ipai.server;

import org.jspecify.annotations.NullMarked;
