/**
 * The logins of one installation, the master key that their passwords derive from, and the check of
 * the runtime login.
 */
@NullMarked
package ai.ipai.postgres.login;

import org.jspecify.annotations.NullMarked;
