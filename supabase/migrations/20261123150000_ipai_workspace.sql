-- What workspaces declare (docs/reference/workspace.md). One row for each declared file, as last applied.
-- Rows are written by `ipai apply` alone, in the transaction that also changes access rules and writes the audit log.

-- Applying a workspace is one transaction on the publisher's login, which runs only SQL that the platform writes: it
-- switches to the control plane for these rows and to the loader for the access rules of bronze.
do $$
declare
  has_options constant boolean := current_setting('server_version_num')::int >= 160000;
  granted name;
begin
  foreach granted in array array['ipai_control', 'ipai_loader']::name[] loop
    if not pg_catalog.pg_has_role('ipai_publisher', granted, case when has_options then 'set' else 'member' end) then
      execute pg_catalog.format('grant %I to ipai_publisher', granted)
        || case when has_options then ' with inherit false, set true' else '' end;
    end if;
  end loop;
end
$$;

set role ipai_owner;

create table ipai.workspace (
  name text primary key check (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
  revision bigint not null default 0,
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  applied_at timestamptz not null default now(),
  applied_by text not null default ''
);
comment on table ipai.workspace is 'Workspaces applied to this database';
comment on column ipai.workspace.revision is 'Counts the applies that changed something';
comment on column ipai.workspace.definition is 'ipai.yaml as last applied, without settings of this machine';
comment on column ipai.workspace.applied_by is 'The person who applied it, as the audit log names them';

do $$
declare
  kind record;
begin
  for kind in
    select * from (values
      ('job', 'Tasks in their order, and when they run',
        array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_operator', 'ipai_auditor']),
      ('semantic_model', 'What the numbers of a table mean: grain, dimensions, measures',
        array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer',
          'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor']),
      ('dashboard', 'Tiles over semantic models',
        array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer',
          'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor']),
      ('agent', 'Agents: purpose, scopes, operations, budgets',
        array['ipai_platform_admin', 'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor']),
      ('app', 'Applications close to the data: who may use them, what they reach',
        array['ipai_platform_admin', 'ipai_bi_developer', 'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor'])
    ) as kinds (name, meaning, readers)
  loop
    execute format(
      'create table ipai.%I (
         name text primary key check (name ~ %L),
         workspace text not null references ipai.workspace (name),
         definition jsonb not null check (jsonb_typeof(definition) = %L),
         file text not null,
         applied_at timestamptz not null default now()
       )', kind.name, '^[a-z][a-z0-9_-]{0,62}$', 'object');
    execute format('create index on ipai.%I (workspace)', kind.name);
    execute format('comment on table ipai.%I is %L', kind.name, kind.meaning);
    execute format('comment on column ipai.%I.definition is %L', kind.name,
      'The file as last applied; secrets only by reference');
    perform ipai.protect_control_table(format('ipai.%I', kind.name)::regclass, kind.readers);
  end loop;
end
$$;

-- Connectors have a table of their own, which the room that runs them owns; the workspace only signs its rows.
alter table ipai.connector
  add column workspace text references ipai.workspace (name),
  add column file text;
create index on ipai.connector (workspace);
comment on column ipai.connector.workspace is 'The workspace that declares it; null if it was put here by hand';

select ipai.protect_control_table('ipai.workspace',
  array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer', 'ipai_ai_engineer',
    'ipai_operator', 'ipai_auditor']);

reset role;
