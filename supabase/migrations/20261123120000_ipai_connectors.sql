-- Connectors, their runs, and where each stream stands.
set role ipai_owner;

create table ipai.connector (
  name        text        primary key check (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
  type        text        not null,
  domain      text        not null check (domain ~ '^[a-z][a-z0-9_]{0,40}$'),
  definition  jsonb       not null,
  schedule    text,
  enabled     boolean     not null default true,
  applied_at  timestamptz not null default now(),
  applied_by  text        not null default session_user
);
comment on table ipai.connector is 'Sources, as applied from connectors/*.yaml of the workspace';
comment on column ipai.connector.domain is 'Rows land in schema bronze_<domain>';
comment on column ipai.connector.definition is 'The file as JSON; secrets by name only';

create table ipai.connector_run (
  id            uuid        primary key,
  connector     text        not null,
  status        text        not null default 'running'
    check (status in ('running', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted')),
  full_refresh  boolean     not null default false,
  requested_by  text        not null,
  started_at    timestamptz not null default now(),
  finished_at   timestamptz,
  rows_read     bigint      not null default 0,
  rows_inserted bigint      not null default 0,
  rows_updated  bigint      not null default 0,
  rows_deleted  bigint      not null default 0,
  rows_rescued  bigint      not null default 0,
  rejects       bigint      not null default 0,
  error_code    text,
  error         text,
  hint          text
);
create index connector_run_connector_started_at_idx on ipai.connector_run (connector, started_at desc);
comment on table ipai.connector_run is 'One row per run of a connector; partial means that some streams failed';
comment on column ipai.connector_run.rows_rescued is 'Rows with values that did not fit and went to _ipai_rescued';

create table ipai.stream_run (
  run_id        uuid        not null references ipai.connector_run (id) on delete cascade,
  stream        text        not null,
  status        text        not null default 'running'
    check (status in ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  schema_name   text        not null,
  table_name    text        not null,
  started_at    timestamptz not null default now(),
  finished_at   timestamptz,
  batches       bigint      not null default 0,
  rows_read     bigint      not null default 0,
  rows_inserted bigint      not null default 0,
  rows_updated  bigint      not null default 0,
  rows_deleted  bigint      not null default 0,
  rows_rescued  bigint      not null default 0,
  rejects       bigint      not null default 0,
  error_code    text,
  error         text,
  hint          text,
  primary key (run_id, stream)
);
comment on table ipai.stream_run is 'What one run did to one stream; written in the transactions of the rows';

create table ipai.stream_state (
  connector      text        not null,
  stream         text        not null,
  schema_name    text        not null,
  table_name     text        not null,
  columns        jsonb       not null default '[]',
  cursor         jsonb,
  reading        text        check (reading in ('SNAPSHOT', 'CHANGES', 'RECONCILE')),
  reading_cursor jsonb,
  builds_beside  boolean     not null default false,
  run_id         uuid        not null,
  version        bigint      not null default 0,
  synced_at      timestamptz,
  reconciled_at  timestamptz,
  primary key (connector, stream),
  unique (schema_name, table_name)
);
comment on table ipai.stream_state is 'Where each stream stands; changed in the transaction of the rows';
comment on column ipai.stream_state.columns is 'Source columns with their names and types in bronze, in the order in which they came';
comment on column ipai.stream_state.cursor is 'Where the next reading of changes begins';
comment on column ipai.stream_state.reading_cursor is 'Where an unfinished reading goes on';
comment on column ipai.stream_state.run_id is 'The run that holds the stream: a batch of any other run is refused';

create table ipai.stream_reject (
  id         bigint      generated always as identity primary key,
  run_id     uuid        not null,
  connector  text        not null,
  stream     text        not null,
  source     text        not null,
  reason     text        not null,
  facts      jsonb       not null default '{}',
  at         timestamptz not null default now()
);
create index stream_reject_connector_stream_at_idx on ipai.stream_reject (connector, stream, at desc);
comment on table ipai.stream_reject is 'Inputs left out whole, such as broken files, with the reason';

do $$
declare
  target regclass;
begin
  foreach target in array array['ipai.connector', 'ipai.connector_run', 'ipai.stream_run', 'ipai.stream_state',
    'ipai.stream_reject']::regclass[] loop
    perform ipai.protect_control_table(target,
      array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator', 'ipai_auditor']);
    -- The loader keeps the books of what it loads; what a connector is, the control plane says.
    execute format('grant select on table %s to ipai_loader', target);
    if target = 'ipai.connector'::regclass then
      execute format('create policy ipai_loader on %s for select to ipai_loader using (true)', target);
    else
      execute format('grant insert, update, delete on table %s to ipai_loader', target);
      execute format('create policy ipai_loader on %s for all to ipai_loader using (true) with check (true)', target);
    end if;
  end loop;
end
$$;

reset role;
