@NullMarked
package ai.ipai.server.page;

import org.jspecify.annotations.NullMarked;
