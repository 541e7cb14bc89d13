-- Functions of PostgreSQL that everybody may execute and nobody needs who writes SQL on a login that callers share: they end
-- or cancel the sessions of that login, run SQL that stands in a text, write where a query should read, or just wait.
--
-- Whoever installs may decide over them as superuser, and in the embedded server, whose start takes them from PUBLIC and
-- hands them to the installing owner. Elsewhere, on Supabase for one, they are the host's and stay: there the gateway's own
-- check is what keeps callers from them, and this does nothing.
do $$
declare
  f record;
  owner constant name := (select pg_get_userbyid(d.datdba) from pg_catalog.pg_database d where d.datname = current_database());
begin
  for f in
    select p.oid, p.oid::regprocedure::text as name, p.proname ~ '_backend$' as ends_sessions
    from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and (p.proname ~ '^(pg_terminate_backend|pg_cancel_backend|pg_sleep|pg_sleep_for|pg_sleep_until|ts_stat|loread|lowrite|lo_.+)$'
      or p.proname ~ '^(query|cursor|table|schema|database)_to_xml' or p.oid = 'pg_catalog.ts_rewrite(tsquery, text)'::regprocedure)
  loop
    if not has_function_privilege(current_user, f.oid, 'execute with grant option') then
      continue;
    end if;
    if (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
      execute format('revoke execute on function %s from public', f.name);
    end if;
    if f.ends_sessions then
      execute format('grant execute on function %s to %I, pg_signal_backend', f.name, owner);
    else
      execute format('grant execute on function %s to %I, ipai_control, ipai_loader, ipai_builder, ipai_publisher',
        f.name, owner);
    end if;
  end loop;
end
$$;
