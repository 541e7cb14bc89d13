/** SQL that callers write, on logins that are themselves the caller. */
@NullMarked
package ai.ipai.gateway.sql;

import org.jspecify.annotations.NullMarked;
