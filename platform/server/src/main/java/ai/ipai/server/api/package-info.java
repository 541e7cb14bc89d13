/** The platform's own HTTP interface. */
@NullMarked
package ai.ipai.server.api;

import org.jspecify.annotations.NullMarked;
