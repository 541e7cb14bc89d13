/** A real MariaDB server for tests. */
@NullMarked
package ai.ipai.testing.maria;

import org.jspecify.annotations.NullMarked;
