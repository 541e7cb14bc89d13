/** Runs of connectors: {@link ai.ipai.ingest.run.SyncRunner} is the way in. */
@NullMarked
package ai.ipai.ingest.run;

import org.jspecify.annotations.NullMarked;
