/** The audit log: writing it, sealing it into a signed hash chain, searching and verifying it. */
@NullMarked
package ai.ipai.governance.audit;

import org.jspecify.annotations.NullMarked;
