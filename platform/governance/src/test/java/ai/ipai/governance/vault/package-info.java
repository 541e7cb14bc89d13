@NullMarked
package ai.ipai.governance.vault;

import org.jspecify.annotations.NullMarked;
