@NullMarked
package ai.ipai.governance.matrix;

import org.jspecify.annotations.NullMarked;
