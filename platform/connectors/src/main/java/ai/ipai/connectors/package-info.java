/** One package per connector. */
@NullMarked
package ai.ipai.connectors;

import org.jspecify.annotations.NullMarked;
