-- Protection of the control plane, and the check that nothing anywhere is unprotected.

set role ipai_owner;

-- For migrations: row security on a table of schema ipai. The control plane reads and writes it, the owner may in
-- migrations, `readers` (platform roles) may read it through the gateway and on their own logins.
create function ipai.protect_control_table(target regclass, readers text[] default '{}') returns void
language plpgsql
set search_path = ''
set client_min_messages = warning
as $$
declare
  reader text;
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('revoke all on table %s from public, anon, authenticated, service_role', target);
  execute format('grant select, insert, update, delete on table %s to ipai_control', target);
  execute format('drop policy if exists ipai_owner on %s', target);
  execute format('create policy ipai_owner on %s for all to ipai_owner using (true) with check (true)', target);
  execute format('drop policy if exists ipai_control on %s', target);
  execute format('create policy ipai_control on %s for all to ipai_control using (true) with check (true)', target);
  execute format('drop policy if exists ipai_readers on %s', target);
  if cardinality(readers) > 0 then
    foreach reader in array readers loop
      execute format('grant select on table %s to %I', target, reader);
    end loop;
    execute format('grant select on table %s to authenticated', target);
    execute format(
      'create policy ipai_readers on %s for select to authenticated, %s using ((select ipai.has_any_role(%L)))',
      target, (select string_agg(quote_ident(r), ', ') from unnest(readers) as r), readers);
  end if;
end
$$;
comment on function ipai.protect_control_table(regclass, text[]) is
  'Enables and forces row security on a control-plane table: control plane writes, named platform roles read';

-- One row per object that is not protected as the architecture demands; empty on a sound installation.
create function ipai.unprotected() returns table (object text, fault text)
language sql stable
set search_path = ''
as $$
  with guarded as (
    select c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl, n.nspname,
      format('%I.%I', n.nspname, c.relname) as object, n.nspname = 'ipai_build' as is_scratch
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname in ('ipai', 'ipai_part', 'ipai_build') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
  )
  select g.object, 'row security is not enabled' from guarded g
    where g.relkind in ('r', 'p') and not g.is_scratch and not g.relrowsecurity
  union all
  select g.object, 'row security is not forced' from guarded g
    where g.relkind in ('r', 'p') and not g.is_scratch and not g.relforcerowsecurity
  union all
  select g.object, 'view is not security_invoker' from guarded g
    where g.relkind = 'v' and not g.is_scratch
      and not exists (select from unnest(g.reloptions) o where o in ('security_invoker=true', 'security_invoker=on',
        'security_invoker=1', 'security_invoker=yes'))
  union all
  select g.object, 'row security cannot guard a ' || case g.relkind when 'm' then 'materialized view' else 'foreign table' end
    from guarded g where g.relkind in ('m', 'f') and not g.is_scratch
  union all
  select g.object, 'granted to PUBLIC: ' || lower(a.privilege_type)
    from guarded g, aclexplode(g.relacl) a where a.grantee = 0
  union all
  select g.object, 'scratch relation is granted to ' || a.grantee::regrole
    from guarded g, aclexplode(g.relacl) a
    where g.is_scratch and a.grantee not in (0, 'ipai_builder'::regrole, 'ipai_publisher'::regrole)
  union all
  select g.object, format('policy %s lets every role in', p.polname)
    from guarded g join pg_catalog.pg_policy p on p.polrelid = g.oid where p.polroles = array[0::oid] and p.polpermissive
  union all
  select format('%I', n.nspname), 'schema is granted to PUBLIC: ' || lower(a.privilege_type)
    from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a
    where a.grantee = 0
      and (n.nspname in ('ipai', 'ipai_part', 'ipai_build') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
  union all
  select p.oid::regprocedure::text, 'function does not pin search_path'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where (n.nspname in ('ipai', 'ipai_part') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
      and not exists (select from unnest(p.proconfig) s where s like 'search\_path=%')
      and not exists (select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select p.oid::regprocedure::text, 'function is executable by PUBLIC'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where (n.nspname in ('ipai', 'ipai_part') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
      and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
  order by 1, 2
$$;
grant execute on function ipai.unprotected() to ipai_control, ipai_publisher, ipai_loader, ipai_platform_admin, ipai_auditor;
comment on function ipai.unprotected() is 'Objects of the layers and of the control plane that are not protected, each with its fault';

select ipai.protect_control_table('ipai.principal', array['ipai_platform_admin', 'ipai_auditor']);
select ipai.protect_control_table('ipai.login_principal', array['ipai_platform_admin', 'ipai_auditor']);

reset role;
