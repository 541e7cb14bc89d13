-- Functions in the policies of a relation that must not run there. One row a fault; $1: its oid.
with tree as (
  select p.polname, coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') as text
  from pg_policy p where p.polrelid = ?
), called as (
  select distinct m[1]::oid as oid
  from tree, regexp_matches(tree.text, ':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid) ([0-9]+)', 'g') as m
)
select 'it calls ' || f.oid::regprocedure::text
  from called join pg_proc f on f.oid = called.oid
  join pg_namespace n on n.oid = f.pronamespace
  where f.provolatile = 'v' or not (n.nspname in ('pg_catalog', 'ipai')
    or exists (select from pg_depend e join pg_extension x on x.oid = e.refobjid
      where e.classid = 'pg_proc'::regclass and e.objid = f.oid and e.deptype = 'e'
        and x.extname in ('vector', 'pg_trgm', 'unaccent', 'citext', 'hstore', 'ltree', 'intarray', 'postgis')))
union all
select 'it reads what a caller can set: ' || f.oid::regprocedure::text
  from called join pg_proc f on f.oid = called.oid
  where f.pronamespace = 'pg_catalog'::regnamespace and f.provolatile <> 'v'
    and f.proname in ('current_setting', 'set_config', 'current_query')
