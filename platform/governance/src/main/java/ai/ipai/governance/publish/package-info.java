/** Puts relations into place and protects them: grants, row security, masks, dependents. */
@NullMarked
package ai.ipai.governance.publish;

import org.jspecify.annotations.NullMarked;
