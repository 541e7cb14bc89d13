/** REST, auth, storage, functions, SQL. */
@NullMarked
package ai.ipai.gateway;

import org.jspecify.annotations.NullMarked;
