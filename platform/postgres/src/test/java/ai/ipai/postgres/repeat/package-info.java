@NullMarked
package ai.ipai.postgres.repeat;

import org.jspecify.annotations.NullMarked;
