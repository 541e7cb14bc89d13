@NullMarked
package ai.ipai.connectors.file;

import org.jspecify.annotations.NullMarked;
