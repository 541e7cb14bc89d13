/**
 * Proof that the audit log is what was written: batches, Merkle roots, a signed hash chain,
 * checkpoints kept elsewhere, and the verifier that needs no trust in the database.
 */
@NullMarked
package ai.ipai.governance.audit.seal;

import org.jspecify.annotations.NullMarked;
