-- Secrets. The database holds ciphertext only: each version has its own data key, wrapped by a key that is
-- derived from the master key outside the database (docs/reference/vault.md).
set role ipai_owner;

create table ipai.secret (
  name            text        primary key check (name ~ '^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*$' and length(name) <= 200),
  description     text        not null default '',
  store           text        not null check (store in ('envelope', 'supabase')),
  current_version integer     not null check (current_version > 0),
  created_at      timestamptz not null default now(),
  created_by      text        not null,
  rotated_at      timestamptz not null default now(),
  rotated_by      text        not null
);
comment on table ipai.secret is 'What secrets there are, never what they are.';

create table ipai.secret_version (
  name        text        not null references ipai.secret (name) on delete cascade,
  version     integer     not null check (version > 0),
  key_id      text        not null,
  wrapped_key bytea,
  ciphertext  bytea,
  vault_id    uuid,
  binding     bytea,
  created_at  timestamptz not null default now(),
  created_by  text        not null,
  primary key (name, version),
  check (num_nulls(ciphertext, wrapped_key) in (0, 2) and num_nulls(vault_id, binding) in (0, 2)
    and num_nulls(ciphertext, vault_id) = 1)
);
comment on table ipai.secret_version is 'One value of a secret: a ciphertext with its wrapped data key, or the id of a row of Supabase Vault and a MAC that binds it to this name and version.';

create table ipai.secret_grant (
  name    text not null references ipai.secret (name) on delete cascade,
  kind    text not null check (kind in ('role', 'connector', 'job', 'agent', 'app')),
  grantee text not null check (grantee <> ''),
  granted_at timestamptz not null default now(),
  granted_by text not null,
  primary key (name, kind, grantee)
);
comment on table ipai.secret_grant is 'Who may use a secret: a connector, a job, an agent, an app, or every holder of a role.';

-- One row: which version of every secret is the current one, and a counter, under a keyed MAC. A row that was put
-- back from a backup or by hand no longer matches it.
create table ipai.secret_manifest (
  only_row boolean primary key default true check (only_row),
  counter  bigint  not null,
  content  text    not null,
  key_id   text    not null,
  mac      bytea   not null
);
comment on table ipai.secret_manifest is 'The current version of every secret and a counter that only grows, under a MAC whose key is outside the database.';

do $$
declare
  guarded regclass;
begin
  foreach guarded in array array['ipai.secret'::regclass, 'ipai.secret_version'::regclass, 'ipai.secret_grant'::regclass, 'ipai.secret_manifest'::regclass] loop
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format('revoke all on %s from public, anon, authenticated, service_role', guarded);
  end loop;
end $$;

grant select, insert, update, delete on ipai.secret, ipai.secret_version, ipai.secret_grant, ipai.secret_manifest to ipai_control;
grant select on ipai.secret, ipai.secret_grant to authenticated, ipai_platform_admin, ipai_data_engineer, ipai_operator, ipai_auditor;

-- On the control plane's connections only SQL that we write runs. It names for whom it acts in two settings of the
-- transaction: ipai.secret_user (who wants to use a value) and ipai.secret_admin (the roles of who changes one).
-- Unset, it sees no value and changes nothing.
create function ipai.secret_usable(secret_name text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from ipai.secret_grant g
    where g.name = secret_name
      and g.kind || ':' || g.grantee = any (string_to_array(nullif(current_setting('ipai.secret_user', true), ''), ','))
  )
$$;
revoke all on function ipai.secret_usable(text) from public;
grant execute on function ipai.secret_usable(text) to ipai_control;

create function ipai.secret_admin(allowed text[]) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(string_to_array(nullif(current_setting('ipai.secret_admin', true), ''), ',') && allowed, false)
$$;
revoke all on function ipai.secret_admin(text[]) from public;
grant execute on function ipai.secret_admin(text[]) to ipai_control;

create policy secret_control_read on ipai.secret for select to ipai_control using (true);
create policy secret_control_put on ipai.secret for insert to ipai_control
  with check ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer'])));
create policy secret_control_rotate on ipai.secret for update to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])))
  with check ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])));
create policy secret_control_delete on ipai.secret for delete to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin'])));
create policy secret_read on ipai.secret for select to authenticated, ipai_platform_admin, ipai_data_engineer, ipai_operator, ipai_auditor
  using ((select ipai.has_role('ipai_platform_admin')) or (select ipai.has_role('ipai_data_engineer'))
      or (select ipai.has_role('ipai_operator')) or (select ipai.has_role('ipai_auditor')));

-- Values: seen only for a user that has the grant, or for the platform admin who rewraps them.
create policy secret_version_use on ipai.secret_version for select to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin'])) or ipai.secret_usable(name));
create policy secret_version_put on ipai.secret_version for insert to ipai_control
  with check ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])));
create policy secret_version_rewrap on ipai.secret_version for update to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin'])))
  with check ((select ipai.secret_admin(array['ipai_platform_admin'])));
create policy secret_version_delete on ipai.secret_version for delete to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin'])));

create policy secret_grant_control_read on ipai.secret_grant for select to ipai_control using (true);
create policy secret_grant_control_insert on ipai.secret_grant for insert to ipai_control
  with check ((select ipai.secret_admin(array['ipai_platform_admin'])));
create policy secret_grant_control_delete on ipai.secret_grant for delete to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin'])));
create policy secret_grant_read on ipai.secret_grant for select to authenticated, ipai_platform_admin, ipai_data_engineer, ipai_operator, ipai_auditor
  using ((select ipai.has_role('ipai_platform_admin')) or (select ipai.has_role('ipai_data_engineer'))
      or (select ipai.has_role('ipai_operator')) or (select ipai.has_role('ipai_auditor')));

create policy secret_manifest_read on ipai.secret_manifest for select to ipai_control using (true);
create policy secret_manifest_insert on ipai.secret_manifest for insert to ipai_control
  with check ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])));
create policy secret_manifest_update on ipai.secret_manifest for update to ipai_control
  using ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])))
  with check ((select ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator'])));

reset role;
