/** What connectors/*.yaml declares, and {@code ipai.connector}, which holds what was applied. */
@NullMarked
package ai.ipai.ingest.definition;

import org.jspecify.annotations.NullMarked;
