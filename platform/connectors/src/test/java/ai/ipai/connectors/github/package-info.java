@NullMarked
package ai.ipai.connectors.github;

import org.jspecify.annotations.NullMarked;
