/** Names of any source as names in the database. */
@NullMarked
package ai.ipai.ingest.name;

import org.jspecify.annotations.NullMarked;
