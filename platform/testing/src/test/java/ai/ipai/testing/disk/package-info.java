@NullMarked
package ai.ipai.testing.disk;

import org.jspecify.annotations.NullMarked;
