/** The lakehouse as one caller sees it: what the platform API and the console both read. */
@NullMarked
package ai.ipai.server.lakehouse;

import org.jspecify.annotations.NullMarked;
