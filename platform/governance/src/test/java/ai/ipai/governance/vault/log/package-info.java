@NullMarked
package ai.ipai.governance.vault.log;

import org.jspecify.annotations.NullMarked;
