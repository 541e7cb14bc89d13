package ai.ipai.postgres.embedded;

import ai.ipai.postgres.login.Verifier;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What Supabase's image does before anybody signs in: an owner {@code postgres} that is no
 * superuser, the schema {@code extensions}. Repeatable.
 */
final class Bootstrap {
  private Bootstrap() {}

  static void run(Connection connection, String ownerPassword) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          do $$ begin
            if not exists (select from pg_roles where rolname = 'postgres') then
              create role postgres;
            end if;
          end $$;
          alter role postgres with login nosuperuser createdb createrole replication bypassrls
            password %s;
          alter database postgres owner to postgres;
          grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_checkpoint
            to postgres with admin option;
          create schema if not exists extensions authorization postgres;
          create extension if not exists pg_stat_statements with schema extensions;
          """
              .formatted(SqlText.literal(Verifier.of(ownerPassword))));
    }
    connection.commit();
  }
}
