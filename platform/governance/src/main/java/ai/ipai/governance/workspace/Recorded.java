package ai.ipai.governance.workspace;

import tools.jackson.databind.JsonNode;

/**
 * One declared thing as the database has it.
 *
 * @param workspace whose it is; empty if nobody's
 */
record Recorded(String name, String workspace, String file, JsonNode definition) {}
