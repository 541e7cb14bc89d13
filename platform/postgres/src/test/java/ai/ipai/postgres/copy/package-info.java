@NullMarked
package ai.ipai.postgres.copy;

import org.jspecify.annotations.NullMarked;
