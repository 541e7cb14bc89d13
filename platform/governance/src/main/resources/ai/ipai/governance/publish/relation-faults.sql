-- What in a relation could run code of its own on somebody else's session. One row a fault; $1: its oid.
with target as (
  select c.* from pg_class c where c.oid = ?
), trusted_extension as (
  -- Their functions run no SQL that they are handed, as those of dblink, tablefunc and xml2 do.
  select oid from pg_extension
  where extname in ('vector', 'pg_trgm', 'unaccent', 'citext', 'hstore', 'ltree', 'pgcrypto', 'uuid-ossp', 'postgis',
    'btree_gin', 'btree_gist', 'fuzzystrmatch', 'intarray', 'cube', 'earthdistance', 'isn', 'seg')
), part as (
  -- the relation and what hangs on it: rules, defaults, constraints, indexes
  select 'pg_class'::regclass as classid, oid from target
  union all select 'pg_rewrite'::regclass, r.oid from pg_rewrite r, target where r.ev_class = target.oid
  union all select 'pg_attrdef'::regclass, d.oid from pg_attrdef d, target where d.adrelid = target.oid
  union all select 'pg_constraint'::regclass, k.oid from pg_constraint k, target where k.conrelid = target.oid
  union all select 'pg_class'::regclass, i.indexrelid from pg_index i, target where i.indrelid = target.oid
), reference as (
  select d.refclassid, d.refobjid
  from part join pg_depend d on d.classid = part.classid and d.objid = part.oid
), foreign_object as (
  select pg_describe_object(r.refclassid, r.refobjid, 0) as description
  from reference r
  where r.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass,
      'pg_cast'::regclass, 'pg_conversion'::regclass, 'pg_ts_config'::regclass, 'pg_ts_dict'::regclass)
    and r.refobjid >= 16384
    and not exists (select from pg_depend e join trusted_extension x on x.oid = e.refobjid
      where e.classid = r.refclassid and e.objid = r.refobjid and e.deptype = 'e')
    and not (r.refclassid = 'pg_proc'::regclass
      and (select pronamespace from pg_proc where oid = r.refobjid) = 'ipai'::regnamespace)
), type_used as (
  select distinct coalesce(nullif(t.typelem, 0), t.oid) as oid
  from (
    select a.atttypid as oid from pg_attribute a, target where a.attrelid = target.oid and a.attnum > 0 and not a.attisdropped
    union select r.refobjid from reference r where r.refclassid = 'pg_type'::regclass
  ) as u join pg_type t on t.oid = u.oid
), tree as (
  select r.ev_action::text as text from pg_rewrite r, target where r.ev_class = target.oid
  union all select d.adbin::text from pg_attrdef d, target where d.adrelid = target.oid
  union all select k.conbin::text from pg_constraint k, target where k.conrelid = target.oid and k.conbin is not null
  union all select i.indexprs::text from pg_index i, target where i.indrelid = target.oid and i.indexprs is not null
  union all select i.indpred::text from pg_index i, target where i.indrelid = target.oid and i.indpred is not null
), called as (
  select distinct m[1]::oid as oid
  from tree, regexp_matches(tree.text, ':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid) ([0-9]+)', 'g') as m
  union
  select o.oprcode from tree, regexp_matches(tree.text, ':opno ([0-9]+)', 'g') as m
    join pg_operator o on o.oid = m[1]::oid
)
select 'it is a ' || case relkind when 'p' then 'partitioned table' when 'f' then 'foreign table'
    when 'm' then 'materialized view' else 'relation of kind ' || relkind::text end
  from target where relkind not in ('r', 'v')
union all
select 'it is temporary or unlogged' from target where relkind = 'r' and relpersistence <> 'p'
union all
select 'it has the trigger ' || t.tgname from pg_trigger t, target where t.tgrelid = target.oid and not t.tgisinternal
union all
select 'it has the rule ' || r.rulename from pg_rewrite r, target
  where r.ev_class = target.oid and (target.relkind <> 'v' or r.rulename <> '_RETURN')
union all
select 'it inherits or is inherited from' from pg_inherits i, target where target.oid in (i.inhrelid, i.inhparent)
union all
select 'it uses ' || description from foreign_object
union all
select 'it uses the type ' || format_type(t.oid, null)
  from type_used u join pg_type t on t.oid = u.oid
  where t.oid >= 16384
    and t.typrelid is distinct from (select oid from target)
    -- the row types of relations that a view reads are data, not code
    and not (t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind in ('r', 'v', 'p')))
    and not exists (select from pg_depend e join trusted_extension x on x.oid = e.refobjid
      where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
union all
select 'it calls the volatile function ' || p.proname
  from called join pg_proc p on p.oid = called.oid where p.provolatile = 'v'
union all
select format('it reads %s.%s', n.nspname, c.relname)
  from target, reference r
  join pg_class c on c.oid = r.refobjid
  join pg_namespace n on n.oid = c.relnamespace
  where r.refclassid = 'pg_class'::regclass and target.relkind = 'v' and c.oid <> target.oid
    and not (n.nspname ~ '^(bronze|silver|gold|platinum)_')
