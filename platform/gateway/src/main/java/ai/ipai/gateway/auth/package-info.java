/** Sign-in in Supabase Auth's grammar, for installations without Supabase. */
@NullMarked
package ai.ipai.gateway.auth;

import org.jspecify.annotations.NullMarked;
