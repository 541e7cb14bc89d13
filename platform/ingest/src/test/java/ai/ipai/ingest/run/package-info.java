@NullMarked
package ai.ipai.ingest.run;

import org.jspecify.annotations.NullMarked;
