@NullMarked
package ai.ipai.postgres;

import org.jspecify.annotations.NullMarked;
