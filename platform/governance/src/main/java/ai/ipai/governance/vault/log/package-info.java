/** Secrets kept out of the logs, whatever their layout. */
@NullMarked
package ai.ipai.governance.vault.log;

import org.jspecify.annotations.NullMarked;
