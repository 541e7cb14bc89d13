/** Bronze tables: made, widened, protected and swapped by the loader's login, which owns them. */
@NullMarked
package ai.ipai.ingest.table;

import org.jspecify.annotations.NullMarked;
