@NullMarked
package ai.ipai.ingest.writeback;

import org.jspecify.annotations.NullMarked;
