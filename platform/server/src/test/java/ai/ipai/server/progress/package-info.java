@NullMarked
package ai.ipai.server.progress;

import org.jspecify.annotations.NullMarked;
