/** Proves the figures of the example company, from the recording to gold. */
@NullMarked
package ai.ipai.server.demo;

import org.jspecify.annotations.NullMarked;
