/** Loading: from a connector's batches to bronze tables, each row exactly once. */
@NullMarked
package ai.ipai.ingest;

import org.jspecify.annotations.NullMarked;
