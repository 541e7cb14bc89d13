-- Rows held back are counted for those who see results of tests, whoever may read the rows themselves; and a tag that
-- comes later closes them as one that was there before.

set role ipai_owner;

create function ipai.held_rows()
returns table (schema_name text, relation_name text, expectations text, row_count bigint)
language sql stable security definer
set search_path = ''
as $$
  select q.schema_name, q.relation_name, pg_catalog.array_to_string(q.expectations, ', '), pg_catalog.count(*)
  from ipai.quarantine q
  where q.state = 'held'
    and (select ipai.caller_roles()) && array['ipai_platform_admin', 'ipai_auditor', 'ipai_operator',
      'ipai_data_engineer', 'ipai_analytics_engineer']
  group by 1, 2, 3
  order by 1, 2, 3
$$;
comment on function ipai.held_rows() is
  'How many rows each table holds back, by the expectations that they do not meet; for those who see results of tests';
revoke all on function ipai.held_rows() from public, anon, service_role;
grant execute on function ipai.held_rows() to authenticated, ipai_platform_admin, ipai_auditor, ipai_operator,
  ipai_data_engineer, ipai_analytics_engineer;

create function ipai.close_tagged_held_rows() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update ipai.quarantine q set is_sensitive = true
  from (select distinct
      pg_catalog.replace(pg_catalog.replace(a.schema_name, '_', '\_'), '*', '%') as schemas,
      pg_catalog.replace(pg_catalog.replace(a.object_name, '_', '\_'), '*', '%') as objects
    from added a) as t
  where not q.is_sensitive and q.schema_name like t.schemas and q.relation_name like t.objects;
  return null;
end
$$;
comment on function ipai.close_tagged_held_rows() is 'A tagged table closes the rows that it held back before it was tagged';
revoke all on function ipai.close_tagged_held_rows() from public, anon, authenticated, service_role;

create trigger close_held_rows after insert on ipai.tag
  referencing new table as added for each statement execute function ipai.close_tagged_held_rows();

reset role;
