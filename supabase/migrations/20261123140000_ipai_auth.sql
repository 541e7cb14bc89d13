-- Accounts for installations without Supabase Auth, under Supabase's own names: the console's sign-in and
-- `supabase-js` find the same tables and columns. Where Supabase has its own `auth` schema nothing is touched.
do $$
begin
  if (select n.nspowner <> 'ipai_owner'::regrole from pg_catalog.pg_namespace n where n.nspname = 'auth') then
    return;
  end if;
  set local role ipai_owner;

  create table if not exists auth.users (
    instance_id uuid,
    id uuid primary key default gen_random_uuid(),
    aud varchar(255) not null default 'authenticated',
    role varchar(255) not null default 'authenticated',
    email varchar(255),
    encrypted_password varchar(255),
    email_confirmed_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb not null default '{}' check (jsonb_typeof(raw_app_meta_data) = 'object'),
    raw_user_meta_data jsonb not null default '{}' check (jsonb_typeof(raw_user_meta_data) = 'object'),
    is_super_admin boolean,
    phone text,
    banned_until timestamptz,
    deleted_at timestamptz,
    is_sso_user boolean not null default false,
    is_anonymous boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create unique index if not exists users_email_key on auth.users (lower(email)) where not is_sso_user;

  create table if not exists auth.sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    refreshed_at timestamptz,
    not_after timestamptz,
    user_agent text
  );
  create index if not exists sessions_user_id_idx on auth.sessions (user_id);

  -- `token` holds the SHA-256 of a refresh token, never the token.
  create table if not exists auth.refresh_tokens (
    id bigint generated always as identity primary key,
    instance_id uuid,
    token varchar(255) not null unique,
    user_id varchar(255) not null,
    session_id uuid not null references auth.sessions (id) on delete cascade,
    parent varchar(255),
    revoked boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index if not exists refresh_tokens_session_id_idx on auth.refresh_tokens (session_id);
  reset role;

  set local role ipai_owner;
  grant usage on schema auth to ipai_control;
  perform ipai.protect_control_table('auth.users');
  perform ipai.protect_control_table('auth.sessions');
  perform ipai.protect_control_table('auth.refresh_tokens');
  reset role;
end
$$;

-- Failed sign-ins by account, whether or not the account exists. In the database, so that several servers count together.
set role ipai_owner;
create table ipai.sign_in_attempt (
  account_hash bytea primary key,
  attempts integer not null,
  window_started_at timestamptz not null default now()
);
comment on table ipai.sign_in_attempt is 'Sign-in attempts since the last success, by SHA-256 of the account name, within a window';
select ipai.protect_control_table('ipai.sign_in_attempt');
reset role;
