@NullMarked
package ai.ipai.testing.postgres;

import org.jspecify.annotations.NullMarked;
