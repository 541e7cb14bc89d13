@NullMarked
package ai.ipai.ingest.load;

import org.jspecify.annotations.NullMarked;
