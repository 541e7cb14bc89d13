@NullMarked
package ai.ipai.ingest.definition;

import org.jspecify.annotations.NullMarked;
