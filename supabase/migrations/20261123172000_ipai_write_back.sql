-- Write-back: what is to be written to a source, who approved it, and the outbox that it goes through.
set role ipai_owner;

create table ipai.write_back (
  id          uuid        primary key,
  job         text        not null,
  connector   text        not null,
  model       text        not null,
  definition  jsonb       not null,
  status      text        not null default 'planned'
    check (status in ('planned', 'approved', 'applying', 'applied', 'partial', 'undoing', 'undone')),
  planned_by  text        not null,
  planned_at  timestamptz not null default now(),
  approved_by text,
  approved_at timestamptz,
  finished_at timestamptz,
  check ((status = 'planned') = (approved_by is null))
);
create index write_back_connector_planned_at_idx on ipai.write_back (connector, planned_at desc);
comment on table ipai.write_back is 'Planned changes of records in a source; nothing is sent before somebody approved it';

create table ipai.write_back_item (
  write_back uuid        not null references ipai.write_back (id),
  seq        integer     not null check (seq > 0),
  key        text        not null,
  operation  text        not null check (operation in ('create', 'update')),
  record_id  bigint,
  before     jsonb,
  after      jsonb       not null,
  read_back  jsonb,
  status     text        not null default 'planned'
    check (status in ('planned', 'sending', 'done', 'differs', 'conflict', 'failed', 'undoing', 'undone', 'undo_conflict')),
  attempts   integer     not null default 0,
  error      text,
  changed_at timestamptz not null default now(),
  primary key (write_back, seq),
  unique (write_back, key)
);
create index write_back_item_open_idx on ipai.write_back_item (write_back) where status in ('planned', 'sending', 'undoing');
comment on table ipai.write_back_item is 'The outbox: one record each, as it was when planned, as it is to be, and as it read back';
comment on column ipai.write_back_item.key is 'Names the record for good: the source makes no second one under it';
comment on column ipai.write_back_item.status is 'sending: a call may be under way or its answer lost, so the record is looked up first';

do $$
declare
  target regclass;
begin
  foreach target in array array['ipai.write_back', 'ipai.write_back_item']::regclass[] loop
    -- Values of records: whoever may not see the source does not see them here either.
    perform ipai.protect_control_table(target, array['ipai_platform_admin', 'ipai_data_engineer']);
    execute format('grant select, insert, update on table %s to ipai_loader', target);
    execute format('create policy ipai_loader on %s for all to ipai_loader using (true) with check (true)', target);
  end loop;
end
$$;

reset role;
