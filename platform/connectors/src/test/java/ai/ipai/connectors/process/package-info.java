@NullMarked
package ai.ipai.connectors.process;

import org.jspecify.annotations.NullMarked;
