@NullMarked
package ai.ipai.governance.object;

import org.jspecify.annotations.NullMarked;
