-- Loads: built beside and unseen, undone where somebody wants the state before, delivered from outside.

create schema if not exists ipai_stage authorization ipai_loader;
comment on schema ipai_stage is 'Tables that the loader fills before anybody sees them; for the loader alone';

set role ipai_loader;

-- Row security is on without a policy and not forced: the owner may COPY, anybody else would see nothing.
create table ipai_stage.before_image (
  id         bigint generated always as identity primary key,
  run_id     uuid   not null,
  stream     text   not null,
  columns    text[] not null,
  row_values text[] not null
);
create index before_image_run_idx on ipai_stage.before_image (run_id, stream);
alter table ipai_stage.before_image enable row level security;
comment on table ipai_stage.before_image is 'Rows as they were before a run changed them, for ipai undo';

reset role;
set role ipai_owner;

alter table ipai.stream_state add column loaded_at timestamptz;
comment on column ipai.stream_state.loaded_at is 'Stamp of the last batch; that of the next is later, whatever the clock says';

alter table ipai.stream_run
  add column state_before jsonb,
  add column undo text check (undo in ('images', 'replaced', 'first', 'expired')),
  add column undone_at timestamptz,
  add column undone_by text;
comment on column ipai.stream_run.undo is 'How the run can be undone: rows by their images, or the table by the one that it replaced; null if it changed nothing';
comment on column ipai.stream_run.state_before is 'Where the stream stood before the run';

create table ipai.tag_suggestion (
  schema_name  text        not null,
  table_name   text        not null,
  column_name  text        not null,
  tag          text        not null,
  reason       text        not null,
  suggested_at timestamptz not null default now(),
  primary key (schema_name, table_name, column_name, tag)
);
comment on table ipai.tag_suggestion is 'Columns that look like personal data, by name or by what landed in them; a person decides in policies/*.yaml';

create table ipai.delivery (
  connector   text        not null,
  batch_key   text        not null check (length(batch_key) between 1 and 200),
  body_sha256 text        not null,
  run_id      uuid        not null,
  rows        bigint      not null,
  at          timestamptz not null default now(),
  primary key (connector, batch_key)
);
comment on table ipai.delivery is 'Batches that were pushed; the same key again stores nothing';

do $$
declare
  target regclass;
begin
  foreach target in array array['ipai.tag_suggestion', 'ipai.delivery']::regclass[] loop
    perform ipai.protect_control_table(target,
      array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator', 'ipai_auditor']);
    execute format('grant select, insert, update, delete on table %s to ipai_loader', target);
    execute format('create policy ipai_loader on %s for all to ipai_loader using (true) with check (true)', target);
  end loop;
end
$$;

-- As before, and the stage is the loader's alone.
create or replace function ipai.unprotected() returns table (object text, fault text)
language sql stable
set search_path = ''
as $$
  with guarded as (
    select c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl, n.nspname,
      format('%I.%I', n.nspname, c.relname) as object, n.nspname = 'ipai_build' as is_scratch, n.nspname = 'ipai_stage' as is_stage
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where (n.nspname in ('ipai', 'ipai_part', 'ipai_build', 'ipai_stage') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
  )
  select g.object, 'row security is not enabled' from guarded g
    where g.relkind in ('r', 'p') and not g.is_scratch and not g.relrowsecurity
  union all
  select g.object, 'row security is not forced' from guarded g
    where g.relkind in ('r', 'p') and not g.is_scratch and not g.is_stage and not g.relforcerowsecurity
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
  select g.object, 'stage relation is granted to ' || a.grantee::regrole
    from guarded g, aclexplode(g.relacl) a
    where g.is_stage and a.grantee not in (0, 'ipai_loader'::regrole)
  union all
  select g.object, 'stage relation has policy ' || p.polname
    from guarded g join pg_catalog.pg_policy p on p.polrelid = g.oid where g.is_stage
  union all
  select 'ipai_stage', 'stage schema is granted to ' || a.grantee::regrole
    from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a
    where n.nspname = 'ipai_stage' and a.grantee not in (0, 'ipai_loader'::regrole)
  union all
  select g.object, format('policy %s lets every role in', p.polname)
    from guarded g join pg_catalog.pg_policy p on p.polrelid = g.oid where p.polroles = array[0::oid] and p.polpermissive
  union all
  select format('%I', n.nspname), 'schema is granted to PUBLIC: ' || lower(a.privilege_type)
    from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a
    where a.grantee = 0
      and (n.nspname in ('ipai', 'ipai_part', 'ipai_build', 'ipai_stage') or n.nspname ~ '^(bronze|silver|gold|platinum)_')
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

reset role;
