/** Serves the console and feeds its pages from the platform API. */
@NullMarked
package ai.ipai.server.page;

import org.jspecify.annotations.NullMarked;
