-- What a caller may know of the catalog: the tables that a grant opens to one of the caller's roles, never the others.
-- The gateway's role holds every grant (row security decides there), so its own privileges tell nothing.
set role ipai_owner;

create function ipai.caller_roles() returns text[]
language sql stable
set search_path = ''
as $$
  select array(
    select r.rolname::text from pg_catalog.pg_roles r
    where r.rolname in ('ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer',
        'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor')
      and ipai.has_role(r.rolname::text))
    || case ipai.claims() ->> 'role' when 'service_role' then array['service_role'] when 'anon' then array['anon'] else '{}' end
$$;
comment on function ipai.caller_roles() is 'The platform roles that the caller holds, and anon or service_role for such tokens';

-- Looks past row security for names, descriptions, tags and times only, and only of tables that are open to the caller.
create function ipai.visible_tables()
returns table (schema_name text, table_name text, kind text, description text, refreshed_at timestamptz, tags text[])
language plpgsql stable security definer
set search_path = ''
as $$
declare
  roles constant text[] := ipai.caller_roles();
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
    and exists (select from unnest(roles) r
      where pg_catalog.has_schema_privilege(r, n.oid, 'usage') and pg_catalog.has_table_privilege(r, c.oid, 'select'))
  order by 1, 2;
end
$$;
comment on function ipai.visible_tables() is 'Tables that are open to the caller, with description, freshness and tags';

create function ipai.visible_columns(of_schema text, of_table text)
returns table (column_name text, data_type text, description text, tags text[], is_nullable boolean)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if not exists (select from ipai.visible_tables() v where v.schema_name = of_schema and v.table_name = of_table) then
    return;
  end if;
  return query
  select a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
    coalesce(pg_catalog.col_description(c.oid, a.attnum), ''),
    array(select distinct g.tag from ipai.tag g
      where g.schema_name = of_schema and g.object_name = of_table and g.column_name = a.attname order by 1),
    not a.attnotnull
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = of_schema and c.relname = of_table and a.attnum > 0 and not a.attisdropped
  order by a.attnum;
end
$$;
comment on function ipai.visible_columns(text, text) is 'Columns of a table that is open to the caller';

create function ipai.visible_lineage(of_schema text, of_table text)
returns table (direction text, schema_name text, table_name text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if not exists (select from ipai.visible_tables() v where v.schema_name = of_schema and v.table_name = of_table) then
    return;
  end if;
  return query
  select distinct e.direction, e.schema_name, e.table_name
  from (
    select 'from' as direction, l.from_schema as schema_name, l.from_name as table_name from ipai.lineage_edge l
      where l.to_schema = of_schema and l.to_name = of_table
    union all
    select 'to', l.to_schema, l.to_name from ipai.lineage_edge l
      where l.from_schema = of_schema and l.from_name = of_table) e
  join ipai.visible_tables() v on v.schema_name = e.schema_name and v.table_name = e.table_name
  order by 1, 2, 3;
end
$$;
comment on function ipai.visible_lineage(text, text) is 'Where a table comes from and what it feeds, as far as both ends are open to the caller';

grant execute on function ipai.caller_roles(), ipai.visible_tables(), ipai.visible_columns(text, text),
  ipai.visible_lineage(text, text) to anon, authenticated, service_role, ipai_platform_admin, ipai_data_engineer,
  ipai_analytics_engineer, ipai_bi_developer, ipai_ai_engineer, ipai_operator, ipai_auditor;

reset role;
