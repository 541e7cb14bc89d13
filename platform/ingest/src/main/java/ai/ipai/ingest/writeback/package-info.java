/**
 * Writing back to sources: a job is planned against the records as they are, approved by somebody,
 * and sent through an outbox that survives any crash without a second record or a lost write.
 */
@NullMarked
package ai.ipai.ingest.writeback;

import org.jspecify.annotations.NullMarked;
