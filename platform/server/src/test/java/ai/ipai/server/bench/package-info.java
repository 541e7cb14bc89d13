@NullMarked
package ai.ipai.server.bench;

import org.jspecify.annotations.NullMarked;
