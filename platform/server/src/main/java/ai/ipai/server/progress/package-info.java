/** Progress of long work: bars on a terminal, a line each where nobody watches. */
@NullMarked
package ai.ipai.server.progress;

import org.jspecify.annotations.NullMarked;
