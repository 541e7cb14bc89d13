@NullMarked
package ai.ipai.server.log;

import org.jspecify.annotations.NullMarked;
