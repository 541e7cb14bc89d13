-- The audit log: who did what, as what role, for whom, decided how. Append-only for everyone; what its
-- owner or a superuser could still do to it is what sealing detects (ipai.audit_seal).
set role ipai_owner;

create table ipai.audit_log (
  id             bigint generated always as identity primary key,
  at             timestamptz not null default clock_timestamp(),
  xid            bigint      not null default (pg_current_xact_id()::text)::bigint,
  written_by     name        not null default session_user,
  request_id     text,
  principal      text        not null,
  acting_role    text,
  on_behalf_of   text,
  action         text        not null,
  object         text,
  decision       text        not null check (decision in ('allow', 'deny')),
  reason         text        not null,
  row_count      bigint,
  duration_us    bigint,
  client_address text,
  details        jsonb
);

comment on table ipai.audit_log is 'Every decision of the platform, allow and deny. Append-only; sealed by ipai.audit_seal.';
comment on column ipai.audit_log.xid is 'The transaction that wrote the row (xid8; bigint, since BRIN knows that): sealing goes by it, so that a late commit is never skipped.';
comment on column ipai.audit_log.written_by is 'The login that wrote the row; no writer can choose it.';
comment on column ipai.audit_log.principal is 'Who: user:<id>, agent:<name>, job:<name>, connector:<name>, role:<name> or anonymous.';
comment on column ipai.audit_log.details is 'Names and counts; never values of rows, never secrets.';

-- A write costs one index entry: ranges of time and of transactions are found by BRIN.
create index audit_log_at_idx on ipai.audit_log using brin (at) with (pages_per_range = 32);
create index audit_log_xid_idx on ipai.audit_log using brin (xid) with (pages_per_range = 32);

create table ipai.audit_seal (
  batch         bigint      primary key,
  era           integer     not null,
  floor_id      bigint      not null,
  snapshot      pg_snapshot not null,
  sealed_at     timestamptz not null,
  first_id      bigint      not null,
  last_id       bigint      not null,
  row_count     integer     not null check (row_count > 0),
  ids           bigint[]    not null,
  leaf_hashes   bytea       not null,
  merkle_root   bytea       not null,
  previous_hash bytea       not null,
  hash          bytea       not null unique,
  key_id        text        not null,
  signature     bytea       not null
);

comment on table ipai.audit_seal is 'The hash chain over ipai.audit_log: one row per batch, an RFC 6962 Merkle root, signed by a key held outside the database.';
comment on column ipai.audit_seal.snapshot is 'The batch holds what this snapshot sees and the one before it does not.';
comment on column ipai.audit_seal.era is 'Counts restores into another cluster, where transaction numbers begin anew; ids above floor_id belong to this era.';

-- Privileges are what stops everybody; these triggers stop an owner''s slip of the hand as well.
create function ipai.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name
    using errcode = '42501', hint = 'Retention: docs/reference/audit.md';
end $$;
revoke all on function ipai.refuse_change() from public;

do $$
declare
  append_only regclass;
begin
  foreach append_only in array array['ipai.audit_log'::regclass, 'ipai.audit_seal'::regclass] loop
    execute format('create trigger refuse_change before update or delete or truncate on %s for each statement execute function ipai.refuse_change()', append_only);
    execute format('alter table %s enable row level security', append_only);
    execute format('alter table %s force row level security', append_only);
    execute format('revoke all on %s from public, anon, authenticated, service_role', append_only);
  end loop;
end $$;

-- Writers choose neither the id, the time, the transaction nor the login of a row.
grant insert (request_id, principal, acting_role, on_behalf_of, action, object, decision, reason,
              row_count, duration_us, client_address, details)
  on ipai.audit_log to ipai_control, ipai_loader, ipai_publisher;
grant select on ipai.audit_log to ipai_control, authenticated, ipai_auditor, ipai_platform_admin;
grant select, insert on ipai.audit_seal to ipai_control;
grant select on ipai.audit_seal to authenticated, ipai_auditor, ipai_platform_admin;

create policy audit_log_insert on ipai.audit_log for insert to ipai_control, ipai_loader, ipai_publisher
  with check (written_by = session_user);
create policy audit_log_seal on ipai.audit_log for select to ipai_control using (true);
create policy audit_log_read on ipai.audit_log for select to authenticated, ipai_auditor, ipai_platform_admin
  using ((select ipai.has_role('ipai_auditor')) or (select ipai.has_role('ipai_platform_admin')));

create policy audit_seal_insert on ipai.audit_seal for insert to ipai_control
  with check (row_count = cardinality(ids) and octet_length(leaf_hashes) = 32 * row_count);
create policy audit_seal_seal on ipai.audit_seal for select to ipai_control using (true);
create policy audit_seal_read on ipai.audit_seal for select to authenticated, ipai_auditor, ipai_platform_admin
  using ((select ipai.has_role('ipai_auditor')) or (select ipai.has_role('ipai_platform_admin')));

reset role;
