/** Loader, checkpoints, schema drift, write-back. */
@NullMarked
package ai.ipai.ingest;

import org.jspecify.annotations.NullMarked;
