/** Batches that are delivered from outside, instead of being read. */
@NullMarked
package ai.ipai.ingest.push;

import org.jspecify.annotations.NullMarked;
