package ai.ipai.postgres.embedded;

import ai.ipai.postgres.login.Verifier;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What Supabase's image does before anybody signs in: an owner {@code postgres} that is no
 * superuser, the schema {@code extensions}. Beyond that it lets the owner decide who may execute
 * the functions that migration {@code ipai_functions_out_of_reach} is about. Repeatable.
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
          do $$ declare f regprocedure; begin
            for f in
              select p.oid::regprocedure from pg_proc p
              where p.pronamespace = 'pg_catalog'::regnamespace and (p.proname ~ '^(pg_terminate_backend|pg_cancel_backend|pg_sleep|pg_sleep_for|pg_sleep_until|ts_stat|loread|lowrite|lo_.+)$'
                or p.proname ~ '^(query|cursor|table|schema|database)_to_xml' or p.oid = 'pg_catalog.ts_rewrite(tsquery, text)'::regprocedure)
            loop
              execute format('revoke execute on function %%s from public', f);
              execute format('grant execute on function %%s to postgres with grant option', f);
            end loop;
          end $$;
          """
              .formatted(SqlText.literal(Verifier.of(ownerPassword))));
    }
    connection.commit();
  }
}
