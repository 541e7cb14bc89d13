/** Secrets: named everywhere, shown nowhere, used by whom they are granted to. */
@NullMarked
package ai.ipai.governance.vault;

import org.jspecify.annotations.NullMarked;
