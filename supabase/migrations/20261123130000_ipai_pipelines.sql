-- Models, their runs, what was expected of their rows, and where data comes from.
--
-- A run is written by the publisher in the transaction that publishes: what is recorded as published is published,
-- and the reverse.

set role ipai_owner;

create table ipai.model (
  id bigint generated always as identity primary key,
  project text not null,
  unique_id text not null,
  kind text not null check (kind in ('model', 'seed', 'snapshot')),
  schema_name text not null,
  relation_name text not null,
  materialized text not null,
  description text not null default '',
  tags text[] not null default '{}',
  columns jsonb not null default '[]',
  file text not null default '',
  line integer not null default 0,
  updated_at timestamptz not null default now(),
  unique (project, unique_id)
);
create index model_relation_idx on ipai.model (schema_name, relation_name);
comment on table ipai.model is 'Models, seeds and snapshots that were published at least once';

create table ipai.model_run (
  id uuid primary key default gen_random_uuid(),
  build_id uuid not null,
  project text not null,
  unique_id text not null,
  schema_name text not null,
  relation_name text not null,
  status text not null check (status in ('published', 'failed')),
  reason text not null,
  fingerprint text not null,
  inputs jsonb not null default '{}' check (jsonb_typeof(inputs) = 'object'),
  row_count bigint,
  rows_removed bigint not null default 0,
  tests_passed integer not null default 0,
  tests_warned integer not null default 0,
  tests_failed integer not null default 0,
  message text not null default '',
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  written_by name not null default session_user
);
create index model_run_latest_idx on ipai.model_run (project, unique_id, finished_at desc);
create index model_run_build_idx on ipai.model_run (build_id);
comment on table ipai.model_run is 'Each build of a model that ended; the id of a published run is the version of its data';
comment on column ipai.model_run.reason is 'Why it ran: changed, an input changed, reads the clock, …';
comment on column ipai.model_run.fingerprint is 'SHA-256 of the compiled SQL and the configuration';
comment on column ipai.model_run.inputs is 'Version of the data of everything that it read, by unique id';
comment on column ipai.model_run.message is 'What failed; names and counts, never values of rows';

create table ipai.expectation_result (
  id bigint generated always as identity primary key,
  model_run_id uuid not null references ipai.model_run (id) on delete cascade,
  project text not null,
  unique_id text not null,
  name text not null,
  kind text not null check (kind in ('expectation', 'test')),
  action text not null check (action in ('warn', 'drop', 'quarantine', 'fail')),
  status text not null check (status in ('pass', 'warn', 'fail', 'error')),
  failures bigint,
  row_count bigint,
  duration_ms bigint not null default 0,
  recorded_at timestamptz not null default clock_timestamp()
);
create index expectation_result_run_idx on ipai.expectation_result (model_run_id);
create index expectation_result_model_idx on ipai.expectation_result (project, unique_id, name, recorded_at desc);
comment on table ipai.expectation_result is 'What each expectation and test found in each run';
comment on column ipai.expectation_result.row_count is 'Rows that were looked at; null where a test does not say';

create table ipai.quarantine (
  id bigint generated always as identity primary key,
  model_run_id uuid not null references ipai.model_run (id),
  project text not null,
  unique_id text not null,
  schema_name text not null,
  relation_name text not null,
  expectations text[] not null check (cardinality(expectations) > 0),
  is_sensitive boolean not null default true,
  row_data jsonb not null,
  state text not null default 'held' check (state in ('held', 'released', 'superseded')),
  quarantined_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  settled_by uuid references ipai.model_run (id)
);
create index quarantine_run_idx on ipai.quarantine (model_run_id);
create index quarantine_settled_by_idx on ipai.quarantine (settled_by);
create index quarantine_held_idx on ipai.quarantine (project, unique_id) where state = 'held';
comment on table ipai.quarantine is 'Rows that a model left out because of an expectation, kept until they are released or replaced';
comment on column ipai.quarantine.is_sensitive is 'Whether the model has tagged columns: then only platform administrators see the row';

create table ipai.lineage_edge (
  from_schema text not null,
  from_name text not null,
  from_column text not null default '',
  to_schema text not null,
  to_name text not null,
  to_column text not null default '',
  kind text not null check (kind in ('declared', 'catalog', 'exposure')),
  project text not null,
  model_run_id uuid references ipai.model_run (id) on delete set null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (to_schema, to_name, to_column, from_schema, from_name, from_column, kind)
);
create index lineage_edge_from_idx on ipai.lineage_edge (from_schema, from_name);
create index lineage_edge_run_idx on ipai.lineage_edge (model_run_id);
comment on table ipai.lineage_edge is 'Where relations come from, recorded when they are published; columns are empty where only tables are known';
comment on column ipai.lineage_edge.kind is 'declared by ref or source, seen in the catalog (views), or an exposure';

create table ipai.embedding_cache (
  model text not null,
  text_hash bytea not null check (octet_length(text_hash) = 32),
  embedding real[] not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (model, text_hash)
);
comment on table ipai.embedding_cache is 'Embeddings by SHA-256 of the text, so that a text is embedded once; an embedding tells about its text, so only the publisher reads them';

select ipai.protect_control_table('ipai.model', array['ipai_platform_admin', 'ipai_auditor', 'ipai_operator',
  'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer', 'ipai_ai_engineer']);
select ipai.protect_control_table('ipai.model_run', array['ipai_platform_admin', 'ipai_auditor', 'ipai_operator',
  'ipai_data_engineer', 'ipai_analytics_engineer']);
select ipai.protect_control_table('ipai.expectation_result', array['ipai_platform_admin', 'ipai_auditor',
  'ipai_operator', 'ipai_data_engineer', 'ipai_analytics_engineer']);
select ipai.protect_control_table('ipai.lineage_edge', array['ipai_platform_admin', 'ipai_auditor', 'ipai_operator',
  'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer', 'ipai_ai_engineer']);
select ipai.protect_control_table('ipai.embedding_cache');
revoke all on ipai.embedding_cache from ipai_control;
drop policy ipai_control on ipai.embedding_cache;

-- Quarantined rows are rows of a model that no policy of the model guards: closed, but for those who mend them.
select ipai.protect_control_table('ipai.quarantine');
revoke all on ipai.quarantine from ipai_control;
drop policy ipai_control on ipai.quarantine;
grant select on ipai.quarantine to authenticated, ipai_platform_admin, ipai_data_engineer;
create policy ipai_readers on ipai.quarantine for select to authenticated, ipai_platform_admin, ipai_data_engineer
  using ((select ipai.has_role('ipai_platform_admin'))
    or (not is_sensitive and (select ipai.has_role('ipai_data_engineer'))));

do $$
declare
  target text;
begin
  foreach target in array array['model', 'model_run', 'expectation_result', 'quarantine', 'lineage_edge',
      'embedding_cache'] loop
    execute format('grant select, insert, update, delete on ipai.%I to ipai_publisher', target);
    execute format('create policy ipai_publishers on ipai.%I for all to ipai_publisher using (true) with check (true)',
      target);
  end loop;
end
$$;

reset role;
