/** Migrations in the convention of Supabase, and the installer that applies them. */
@NullMarked
package ai.ipai.postgres.migration;

import org.jspecify.annotations.NullMarked;
