package ai.ipai.gateway.rest.catalog;

/** What is asked of PostgreSQL's own catalog; with an empty search path, so names are whole. */
final class CatalogSql {
  /** Parameters: schemas, roles. */
  static final String TABLES =
      """
      select c.oid::bigint as relation, n.nspname, c.relname, c.relkind::text as kind,
             obj_description(c.oid, 'pg_class') as description,
             case when c.relkind in ('r', 'p') then 28
                  when c.relkind = 'm' then 0
                  else pg_relation_is_updatable(c.oid, true) end as events,
             array(select r.rolname::text from pg_roles r
                   where r.rolname = any (?)
                     and has_schema_privilege(r.oid, n.oid, 'USAGE')
                     and (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
                          or has_table_privilege(r.oid, c.oid, 'DELETE'))) as readers
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any (?) and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition
      order by n.nspname, c.relname""";

  /** Parameters: schemas. */
  static final String COLUMNS =
      """
      with recursive domain(oid, base) as (
        select oid, oid from pg_type where typtype <> 'd'
        union all
        select t.oid, d.base from pg_type t join domain d on t.typbasetype = d.oid
        where t.typtype = 'd')
      select a.attrelid::bigint as relation, a.attname,
             case when t.typtype = 'd' and b.typnamespace = 'pg_catalog'::regnamespace
                    then format_type(b.oid, null)
                  when t.typtype <> 'd' and t.typnamespace = 'pg_catalog'::regnamespace
                    then format_type(t.oid, null)
                  else format_type(a.atttypid, a.atttypmod) end as type,
             format_type(a.atttypid, a.atttypmod) as nominal_type,
             not (a.attnotnull or t.typtype = 'd' and t.typnotnull) as nullable,
             case when t.typtype = 'd' and e.adbin is null then pg_get_expr(t.typdefaultbin, 0)
                  when a.attidentity = 'd' then
                    (select format('nextval(%L)', q.objid::regclass) from pg_depend q
                     where q.refobjid = a.attrelid and q.refobjsubid = a.attnum
                       and q.deptype = 'i' limit 1)
                  when a.attgenerated <> '' then null
                  else pg_get_expr(e.adbin, e.adrelid) end as default_expression,
             information_schema._pg_char_max_length(
               information_schema._pg_truetypid(a.*, t.*),
               information_schema._pg_truetypmod(a.*, t.*)) as max_length,
             array(select enumlabel::text from pg_enum where enumtypid = b.oid
                   order by enumsortorder) as labels,
             col_description(a.attrelid, a.attnum) as description
      from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_type t on t.oid = a.atttypid
        join domain d on d.oid = t.oid
        join pg_type b on b.oid = d.base
        left join pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
      where n.nspname = any (?) and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not c.relispartition and a.attnum > 0 and not a.attisdropped
      order by a.attrelid, a.attnum""";

  static final String KEYS =
      """
      select k.conname, k.contype::text as kind, n.nspname, c.relname, c.oid::bigint as relation,
             array(select a.attname::text from unnest(k.conkey) with ordinality as u(num, ord)
                   join pg_attribute a on a.attrelid = c.oid and a.attnum = u.num
                   order by u.ord) as columns,
             k.conkey::int[] as numbers,
             fn.nspname as foreign_schema, f.relname as foreign_table,
             coalesce(f.oid, 0)::bigint as foreign_relation,
             array(select a.attname::text from unnest(k.confkey) with ordinality as u(num, ord)
                   join pg_attribute a on a.attrelid = f.oid and a.attnum = u.num
                   order by u.ord) as foreign_columns,
             coalesce(k.confkey, '{}')::int[] as foreign_numbers
      from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_class f on f.oid = k.confrelid and k.contype = 'f'
        left join pg_namespace fn on fn.oid = f.relnamespace
      where k.contype in ('p', 'u', 'f') and (k.contype <> 'f' or k.conparentid = 0)
        and n.nspname not in ('pg_catalog', 'information_schema')
      order by k.conrelid, k.conname""";

  /** Parameters: exposed schemas, all schemas whose views may be seen through. */
  static final String VIEWS =
      """
      select c.oid::bigint as relation, n.nspname, c.relname, n.nspname = any (?) as exposed,
             array(select a.attname::text from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 order by a.attnum) as columns,
             r.ev_action::text as tree
      from pg_rewrite r join pg_class c on c.oid = r.ev_class
        join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('v', 'm') and r.rulename = '_RETURN' and n.nspname = any (?)
      order by n.nspname, c.relname""";

  /** Parameters: roles, schemas. */
  static final String ROUTINES =
      """
      with recursive domain(oid, base) as (
        select oid, oid from pg_type where typtype <> 'd'
        union all
        select t.oid, d.base from pg_type t join domain d on t.typbasetype = d.oid
        where t.typtype = 'd')
      select n.nspname, p.proname, obj_description(p.oid, 'pg_proc') as description,
             bn.nspname as returned_schema, coalesce(rel.relname, b.typname) as returned_name,
             p.proretset,
             b.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as composite,
             p.provolatile::text as volatility, p.provariadic <> 0 as variadic,
             p.proconfig as settings, p.pronargs - p.pronargdefaults as required,
             array(select coalesce(u.name, '')
                   from unnest(p.proargnames, p.proargtypes::oid[], p.proargmodes)
                     with ordinality as u(name, type, mode, ord)
                   where u.type is not null order by u.ord) as names,
             array(select format_type(u.type, null)
                   from unnest(p.proargtypes::oid[]) with ordinality as u(type, ord)
                   order by u.ord) as types,
             array(select coalesce(u.mode::text, 'i')
                   from unnest(p.proargmodes, p.proargtypes::oid[])
                     with ordinality as u(mode, type, ord)
                   where u.type is not null order by u.ord) as modes,
             array(select r.rolname::text from pg_roles r
                   where r.rolname = any (?)
                     and has_schema_privilege(r.oid, n.oid, 'USAGE')
                     and has_function_privilege(r.oid, p.oid, 'EXECUTE')) as callers
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        join domain d on d.oid = p.prorettype
        join pg_type b on b.oid = d.base
        join pg_namespace bn on bn.oid = b.typnamespace
        left join pg_class rel on rel.oid = b.typrelid
      where n.nspname = any (?) and p.prokind = 'f' and b.oid <> 'pg_catalog.trigger'::regtype""";

  static final String COMPUTED =
      """
      select fn.nspname as function_schema, p.proname, an.nspname as table_schema,
             a.typname as table_name, rn.nspname as foreign_schema, r.typname as foreign_name,
             not p.proretset or p.prorows = 1 as one
      from pg_proc p join pg_namespace fn on fn.oid = p.pronamespace
        join pg_type a on a.oid = p.proargtypes[0]
        join pg_namespace an on an.oid = a.typnamespace
        join pg_class ac on ac.reltype = a.oid and ac.relkind in ('r', 'p', 'v', 'm', 'f')
        join pg_type r on r.oid = p.prorettype
        join pg_namespace rn on rn.oid = r.typnamespace
        join pg_class rc on rc.reltype = r.oid and rc.relkind in ('r', 'p', 'v', 'm', 'f')
      where p.pronargs = 1
      order by fn.nspname, p.proname""";

  static final String REPRESENTATIONS =
      """
      select format_type(k.castsource, null) as source, format_type(k.casttarget, null) as target,
             k.castfunc::regproc::text as function
      from pg_cast k join pg_type s on s.oid = k.castsource join pg_type t on t.oid = k.casttarget
      where k.castcontext = 'i' and k.castmethod = 'f'
        and has_function_privilege(k.castfunc, 'execute')
        and (s.typtype = 'd' and k.casttarget in ('json'::regtype, 'text'::regtype)
             or t.typtype = 'd' and k.castsource in ('json'::regtype, 'text'::regtype))""";

  /** Parameters: schemas, twice. */
  static final String HANDLERS =
      """
      with media as (
        select t.oid, t.typname, n.nspname from pg_type t
          join pg_namespace n on n.oid = t.typnamespace
        where t.typtype = 'd'
          and (t.typname ~* '^[a-z0-9.-]+/[a-z0-9.+-]+$' or t.typname = '*/*'))
      select n.nspname, p.proname, an.nspname as target_schema, a.typname as target_name,
             m.typname as media
      from media m join pg_proc p on p.prorettype = m.oid and p.prokind = 'a' and p.pronargs = 1
        join pg_namespace n on n.oid = p.pronamespace
        join pg_type a on a.oid = p.proargtypes[0]
        join pg_namespace an on an.oid = a.typnamespace
      where n.nspname = any (?)
        and (a.typname = 'anyelement'
             or exists (select 1 from pg_class c where c.reltype = a.oid
                        and c.relkind in ('r', 'p', 'v', 'm', 'f')))
      union all
      select m.nspname, m.typname, n.nspname, p.proname, m.typname
      from media m join pg_proc p on p.prorettype = m.oid and p.prokind = 'f' and not p.proretset
        join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = any (?)""";

  static final String BUILT_INS =
      """
      select distinct proname from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and (pronargs = 1 or provariadic <> 0)""";

  /** Parameters: schemas. */
  static final String TYPES =
      """
      select n.nspname, t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where n.nspname = 'pg_catalog' or n.nspname = any (?)""";

  private CatalogSql() {}
}
