/** Embedded server, pools, migrations, caller transactions, COPY. */
@NullMarked
package ai.ipai.postgres;

import org.jspecify.annotations.NullMarked;
