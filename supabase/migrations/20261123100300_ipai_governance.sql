-- What is governed (securable), what it is called (tag) and what decides over it (policy).

set role ipai_owner;

create table ipai.securable (
  id bigint generated always as identity primary key,
  kind text not null check (kind in
    ('catalog', 'schema', 'table', 'view', 'function', 'bucket', 'model', 'connector', 'job', 'agent', 'app', 'dashboard')),
  schema_name text not null,
  name text not null,
  layer text check (layer in ('bronze', 'silver', 'gold', 'platinum')),
  version bigint not null default 1,
  description text not null default '',
  plan jsonb not null default '{}',
  plan_hash text not null default '',
  published_at timestamptz not null default now(),
  unique (schema_name, name, kind)
);
comment on table ipai.securable is 'Whatever can be granted, with the access plan that is in force';
comment on column ipai.securable.version is 'Counts how often it was published';
comment on column ipai.securable.plan is 'Row rules, column masks and grants as last applied, see docs/reference/policies.md';
comment on column ipai.securable.plan_hash is 'SHA-256 of the plan: equal hashes need no work';

create table ipai.tag (
  schema_name text not null,
  object_name text not null,
  column_name text not null default '',
  tag text not null check (tag ~ '^[a-z][a-z0-9_.-]*$'),
  origin text not null default 'policy' check (origin in ('policy', 'model')),
  file text not null default '',
  line integer not null default 0,
  primary key (schema_name, object_name, column_name, tag)
);
create index tag_tag_idx on ipai.tag (tag);
comment on table ipai.tag is 'Tags of tables and columns; an empty column_name tags the whole table';
comment on column ipai.tag.origin is 'policy: declared in policies/*.yaml; model: declared with the model, or taken over from what it reads';

create table ipai.policy (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('grant', 'row_filter', 'mask', 'tag')),
  file text not null,
  line integer not null,
  definition jsonb not null,
  hash text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null default current_user
);
comment on table ipai.policy is 'Declarations of policies/*.yaml in force, each with the place where it stands';

-- Salt of the hash mask: the same value hashes alike within one installation and differently in any other.
create table ipai.mask_salt (
  only_row boolean primary key default true check (only_row),
  salt bytea not null
);
insert into ipai.mask_salt (salt)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
comment on table ipai.mask_salt is 'Salt of the hash mask; who knows it can guess masked values, so only the publisher reads it';

select ipai.protect_control_table('ipai.securable',
  array['ipai_platform_admin', 'ipai_auditor', 'ipai_data_engineer', 'ipai_operator']);
select ipai.protect_control_table('ipai.tag',
  array['ipai_platform_admin', 'ipai_auditor', 'ipai_data_engineer', 'ipai_analytics_engineer']);
select ipai.protect_control_table('ipai.policy', array['ipai_platform_admin', 'ipai_auditor']);
select ipai.protect_control_table('ipai.mask_salt');
revoke all on ipai.mask_salt from ipai_control;
drop policy ipai_control on ipai.mask_salt;

-- Who publishes records what it published and reads what is in force.
grant select, insert, update, delete on ipai.securable to ipai_publisher, ipai_loader;
create policy ipai_publishers on ipai.securable for all to ipai_publisher, ipai_loader using (true) with check (true);
grant select on ipai.tag, ipai.policy to ipai_publisher, ipai_loader;
grant insert, delete on ipai.tag to ipai_publisher, ipai_loader;
create policy ipai_publishers on ipai.tag for select to ipai_publisher, ipai_loader using (true);
create policy ipai_publishers_insert on ipai.tag for insert to ipai_publisher, ipai_loader with check (origin = 'model');
create policy ipai_publishers_delete on ipai.tag for delete to ipai_publisher, ipai_loader using (origin = 'model');
create policy ipai_publishers on ipai.policy for select to ipai_publisher, ipai_loader using (true);
grant select on ipai.mask_salt to ipai_publisher;
create policy ipai_publishers on ipai.mask_salt for select to ipai_publisher using (true);

reset role;
