/** Work as a caller: one transaction, its role, its claims, its limits. */
@NullMarked
package ai.ipai.postgres.caller;

import org.jspecify.annotations.NullMarked;
