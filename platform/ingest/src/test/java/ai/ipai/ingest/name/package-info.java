@NullMarked
package ai.ipai.ingest.name;

import org.jspecify.annotations.NullMarked;
