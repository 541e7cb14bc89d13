@NullMarked
package ai.ipai.governance.backup;

import org.jspecify.annotations.NullMarked;
