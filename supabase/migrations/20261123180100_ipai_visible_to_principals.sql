-- Grants name roles, and also users, apps, agents, and everyone who signed in. The database's own privileges tell of roles
-- alone, since all who sign in arrive as one; for the others the plan in force says who reads.

set role ipai_owner;

create or replace function ipai.visible_tables()
returns table (schema_name text, table_name text, kind text, description text, refreshed_at timestamptz, tags text[])
language plpgsql stable security definer
set search_path = ''
as $$
declare
  roles constant text[] := ipai.caller_roles();
  signed_in constant boolean := coalesce(ipai.claims() ->> 'role' = 'authenticated', false);
  -- users, apps and agents that a grant names and the caller is
  named constant text[] := array(select r.reader
    from (select distinct jsonb_array_elements_text(s.plan -> 'readers') as reader from ipai.securable s
      where s.kind in ('table', 'view')) as r
    where r.reader like '%:%' and ipai.is_principal(r.reader));
begin
  return query
  select n.nspname::text, c.relname::text,
    case c.relkind when 'v' then 'view' else 'table' end,
    coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), nullif(m.description, ''), nullif(s.description, ''), ''),
    greatest(
      (select max(r.finished_at) from ipai.model_run r
        where r.schema_name = n.nspname and r.relation_name = c.relname and r.status = 'published'),
      (select max(t.synced_at) from ipai.stream_state t where t.schema_name = n.nspname and t.table_name = c.relname),
      s.published_at),
    array(select distinct g.tag from ipai.tag g
      where g.schema_name = n.nspname and g.object_name = c.relname and g.column_name = '' order by 1)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join lateral (select x.description from ipai.model x
    where x.schema_name = n.nspname and x.relation_name = c.relname order by x.updated_at desc limit 1) m on true
  left join lateral (select x.description, x.published_at from ipai.securable x
    where x.schema_name = n.nspname and x.name = c.relname and x.kind in ('table', 'view') limit 1) s on true
  where c.relkind in ('r', 'p', 'v') and n.nspname ~ '^(bronze|silver|gold|platinum)_'
    and (exists (select from unnest(roles) r
        where pg_catalog.has_schema_privilege(r, n.oid, 'usage') and pg_catalog.has_table_privilege(r, c.oid, 'select'))
      or exists (select
        from ipai.securable x cross join lateral pg_catalog.jsonb_array_elements_text(x.plan -> 'readers') as reader
        where x.schema_name = n.nspname and x.name = c.relname and x.kind in ('table', 'view')
          and case when reader = 'authenticated' then signed_in else reader = any (named) end))
  order by 1, 2;
end
$$;

comment on column ipai.securable.plan is
  'How it is stored, and readers: the subjects that may select. See docs/reference/policies.md';

reset role;
