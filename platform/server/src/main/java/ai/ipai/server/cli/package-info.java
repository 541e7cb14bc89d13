/** The commands: words, options, output. */
@NullMarked
package ai.ipai.server.cli;

import org.jspecify.annotations.NullMarked;
