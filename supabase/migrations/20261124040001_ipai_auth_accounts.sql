-- What Supabase Auth keeps beside accounts, sessions and refresh tokens: identities, mailed proofs, flows of browsers,
-- second factors. Under Supabase's own names, for installations without it; where Supabase has its own `auth` schema
-- nothing is touched.
do $$
declare
  wanted record;
  target text;
begin
  if (select n.nspowner <> 'ipai_owner'::regrole from pg_catalog.pg_namespace n where n.nspname = 'auth') then
    return;
  end if;
  set local role ipai_owner;

  for wanted in
    select * from (values
      ('aal_level', $e$('aal1', 'aal2', 'aal3')$e$),
      ('code_challenge_method', $e$('s256', 'plain')$e$),
      ('factor_type', $e$('totp', 'webauthn', 'phone')$e$),
      ('factor_status', $e$('unverified', 'verified')$e$),
      ('one_time_token_type', $e$('confirmation_token', 'reauthentication_token', 'recovery_token',
        'email_change_token_new', 'email_change_token_current', 'phone_change_token')$e$)
    ) as types (name, labels)
  loop
    if pg_catalog.to_regtype('auth.' || wanted.name) is null then
      execute pg_catalog.format('create type auth.%I as enum %s', wanted.name, wanted.labels);
    end if;
  end loop;

  alter table auth.users
    add column if not exists invited_at timestamptz,
    add column if not exists confirmation_token varchar(255),
    add column if not exists confirmation_sent_at timestamptz,
    add column if not exists recovery_token varchar(255),
    add column if not exists recovery_sent_at timestamptz,
    add column if not exists email_change_token_new varchar(255),
    add column if not exists email_change varchar(255),
    add column if not exists email_change_sent_at timestamptz,
    add column if not exists email_change_token_current varchar(255) default '',
    add column if not exists email_change_confirm_status smallint not null default 0
      check (email_change_confirm_status between 0 and 2),
    add column if not exists phone_confirmed_at timestamptz,
    add column if not exists phone_change text default '',
    add column if not exists phone_change_token varchar(255) default '',
    add column if not exists phone_change_sent_at timestamptz,
    add column if not exists confirmed_at timestamptz
      generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
    add column if not exists reauthentication_token varchar(255) default '',
    add column if not exists reauthentication_sent_at timestamptz;

  create table if not exists auth.identities (
    id uuid primary key default gen_random_uuid(),
    provider_id text not null,
    user_id uuid not null references auth.users (id) on delete cascade,
    identity_data jsonb not null check (jsonb_typeof(identity_data) = 'object'),
    provider text not null,
    last_sign_in_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    email text generated always as (lower(identity_data ->> 'email')) stored,
    unique (provider_id, provider)
  );
  create index if not exists identities_user_id_idx on auth.identities (user_id);
  create index if not exists identities_email_idx on auth.identities (email text_pattern_ops);

  create table if not exists auth.mfa_factors (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    friendly_name text,
    factor_type auth.factor_type not null,
    status auth.factor_status not null,
    secret text,
    phone text,
    last_challenged_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- beyond Supabase's: the time step of the last code that counted, so that none counts twice
    last_used_step bigint
  );
  comment on column auth.mfa_factors.secret is 'Encrypted with a key that is outside the database';
  create index if not exists mfa_factors_user_id_idx on auth.mfa_factors (user_id);
  create unique index if not exists mfa_factors_user_friendly_name_unique
    on auth.mfa_factors (friendly_name, user_id) where btrim(friendly_name) <> '';

  create table if not exists auth.mfa_challenges (
    id uuid primary key default gen_random_uuid(),
    factor_id uuid not null references auth.mfa_factors (id) on delete cascade,
    created_at timestamptz not null default now(),
    verified_at timestamptz,
    ip_address inet not null,
    otp_code text
  );
  create index if not exists mfa_challenges_factor_id_idx on auth.mfa_challenges (factor_id);
  create index if not exists mfa_challenges_created_at_idx on auth.mfa_challenges (created_at);

  alter table auth.sessions
    add column if not exists factor_id uuid,
    add column if not exists aal auth.aal_level,
    add column if not exists ip inet,
    add column if not exists tag text;

  create table if not exists auth.mfa_amr_claims (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references auth.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    authentication_method text not null,
    unique (session_id, authentication_method)
  );

  -- A browser that has gone away to prove who it is, and the code that it brings back (PKCE).
  create table if not exists auth.flow_state (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references auth.users (id) on delete cascade,
    auth_code text not null,
    code_challenge_method auth.code_challenge_method not null,
    code_challenge text not null,
    provider_type text not null,
    provider_access_token text,
    provider_refresh_token text,
    authentication_method text not null,
    auth_code_issued_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  comment on column auth.flow_state.auth_code is 'SHA-256 of the code, never the code';
  create index if not exists flow_state_auth_code_idx on auth.flow_state (auth_code);
  create index if not exists flow_state_created_at_idx on auth.flow_state (created_at);
  create index if not exists flow_state_user_id_idx on auth.flow_state (user_id);

  -- One proof of a kind for each account: the hash of what stands in the link, a MAC of the six digits.
  create table if not exists auth.one_time_tokens (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    token_type auth.one_time_token_type not null,
    token_hash text not null check (length(token_hash) > 0),
    relates_to text not null,
    created_at timestamp not null default now(),
    updated_at timestamp not null default now(),
    digits_mac text not null,
    guesses smallint not null default 0,
    flow_state_id uuid references auth.flow_state (id) on delete set null,
    expires_at timestamptz not null,
    unique (user_id, token_type)
  );
  create unique index if not exists one_time_tokens_token_hash_idx on auth.one_time_tokens (token_hash);
  create index if not exists one_time_tokens_relates_to_idx on auth.one_time_tokens (relates_to);
  create index if not exists one_time_tokens_flow_state_id_idx on auth.one_time_tokens (flow_state_id);

  foreach target in array array['identities', 'mfa_factors', 'mfa_challenges', 'mfa_amr_claims', 'flow_state',
      'one_time_tokens'] loop
    perform ipai.protect_control_table(pg_catalog.to_regclass('auth.' || target));
  end loop;

  insert into auth.identities (provider_id, user_id, identity_data, provider)
  select u.id::text, u.id,
    jsonb_build_object('sub', u.id::text, 'email', lower(u.email), 'email_verified', u.email_confirmed_at is not null,
      'phone_verified', false), 'email'
  from auth.users u
  where u.email is not null
  on conflict do nothing;
  reset role;
end
$$;

set role ipai_owner;

-- Attempts within a window, by a keyed name of who makes them. In the database, so that several servers count together.
create table ipai.attempt (
  key bytea primary key,
  attempts integer not null,
  expires_at timestamptz not null
);
comment on table ipai.attempt is 'Attempts of addresses and accounts within a window, by SHA-256 of what is counted';
create index attempt_expires_at_idx on ipai.attempt (expires_at);
select ipai.protect_control_table('ipai.attempt');

-- Away at an identity provider: what must hold when the browser comes back. Used once.
create table ipai.sign_in_flow (
  state_hash bytea primary key,
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  expires_at timestamptz not null
);
comment on table ipai.sign_in_flow is 'Sign-ins that are under way at an identity provider, by SHA-256 of their state';
create index sign_in_flow_expires_at_idx on ipai.sign_in_flow (expires_at);
select ipai.protect_control_table('ipai.sign_in_flow');

-- Sessions that ended while their access tokens may still live. Servers read what is new since they last looked: by
-- transaction id, since rows become visible when their transaction commits, in whatever order they were written.
create table ipai.ended_session (
  session_id uuid primary key,
  txid xid8 not null default pg_current_xact_id(),
  ended_at timestamptz not null default now()
);
comment on table ipai.ended_session is 'Sessions ended within the last two hours: their access tokens count no more';
create index ended_session_txid_idx on ipai.ended_session (txid);
create index ended_session_ended_at_idx on ipai.ended_session (ended_at);
select ipai.protect_control_table('ipai.ended_session');

create function ipai.note_ended_sessions() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from ipai.ended_session where ended_at < pg_catalog.now() - interval '2 hours';
  insert into ipai.ended_session (session_id) select e.id from ended e on conflict do nothing;
  return null;
end
$$;
comment on function ipai.note_ended_sessions() is 'Whatever deletes a session, its access tokens end with it';
revoke all on function ipai.note_ended_sessions() from public, anon, authenticated, service_role;

do $$
begin
  if (select n.nspowner = 'ipai_owner'::regrole from pg_catalog.pg_namespace n where n.nspname = 'auth') then
    create trigger note_ended_sessions after delete on auth.sessions
      referencing old table as ended for each statement execute function ipai.note_ended_sessions();
  end if;
end
$$;

reset role;
