/** Connectors that are delivered to: they describe their settings and have nothing to read. */
@NullMarked
package ai.ipai.connectors.push;

import org.jspecify.annotations.NullMarked;
