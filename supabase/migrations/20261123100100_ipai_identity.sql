-- Identity: who is calling. Policies read it through these functions and in no other way.
--
-- On a gateway login only SQL of the platform (or of PostgREST) runs, so the transaction's `request.jwt.claims`
-- are what a verified token said. On every other login that setting is the caller's to forge: it is ignored, and
-- identity is what `ipai.login_principal` binds to the login itself.

-- Supabase's helpers, where Supabase has not made them.
do $$
begin
  if pg_catalog.to_regnamespace('auth') is null then
    create schema auth authorization ipai_owner;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;
end
$$;

do $$
declare
  helper record;
  callers constant text := 'anon, authenticated, service_role, ipai_control, ipai_platform_admin,
    ipai_data_engineer, ipai_analytics_engineer, ipai_bi_developer, ipai_ai_engineer, ipai_operator, ipai_auditor,
    ipai_loader, ipai_builder, ipai_publisher, ipai_owner';
begin
  if (select n.nspowner <> 'ipai_owner'::regrole from pg_catalog.pg_namespace n where n.nspname = 'auth') then
    return; -- Supabase's schema: its own functions are there
  end if;
  execute 'grant usage on schema auth to ' || callers;
  set local role ipai_owner;
  for helper in
    select * from (values
      ('jwt', 'jsonb', $f$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$f$),
      ('uid', 'uuid', $f$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$f$),
      ('role', 'text', $f$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$f$),
      ('email', 'text', $f$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$f$)
    ) as helpers (name, type, body)
  loop
    if pg_catalog.to_regprocedure(pg_catalog.format('auth.%I()', helper.name)) is null then
      execute pg_catalog.format(
        'create function auth.%I() returns %s language sql stable parallel safe set search_path = '''' as %L',
        helper.name, helper.type, helper.body);
      execute pg_catalog.format('revoke execute on function auth.%I() from public', helper.name);
      execute pg_catalog.format('grant execute on function auth.%I() to %s', helper.name, callers);
    end if;
  end loop;
  reset role;
end
$$;

set role ipai_owner;

-- A function is for whom it is granted to, not for everyone by default.
alter default privileges revoke execute on functions from public;

grant usage on schema ipai to anon, authenticated, service_role, ipai_control, ipai_loader, ipai_builder,
  ipai_publisher, ipai_platform_admin, ipai_data_engineer, ipai_analytics_engineer, ipai_bi_developer,
  ipai_ai_engineer, ipai_operator, ipai_auditor;

create table ipai.principal (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('user', 'app', 'agent')),
  name text not null check (name <> ''),
  roles text[] not null default '{}',
  claims jsonb not null default '{}' check (jsonb_typeof(claims) = 'object'),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  unique (kind, name)
);
comment on table ipai.principal is 'Users, apps and agents known to the platform, beside those of the identity provider';
comment on column ipai.principal.roles is 'Platform roles, as in the token at app_metadata.ipai_roles';
comment on column ipai.principal.claims is 'Claims of its own, such as company_ids, that row filters read';

create table ipai.login_principal (
  login name primary key,
  principal_id uuid references ipai.principal (id),
  claims jsonb not null default '{}' check (jsonb_typeof(claims) = 'object'),
  created_at timestamptz not null default now()
);
create index login_principal_principal_id_idx on ipai.login_principal (principal_id);
comment on table ipai.login_principal is 'What a database login is, for logins on which callers write the SQL';

insert into ipai.login_principal (login, claims)
select 'ipai_sql_' || r, jsonb_build_object(
    'role', 'authenticated', 'app_metadata', jsonb_build_object('ipai_roles', jsonb_build_array('ipai_' || r)))
from unnest(array['platform_admin', 'data_engineer', 'analytics_engineer', 'bi_developer', 'ai_engineer',
  'operator', 'auditor']) as r;

-- Whether the session is one on which nobody but the platform (or PostgREST) writes SQL.
create function ipai.is_gateway() returns boolean
language sql stable parallel safe
set search_path = ''
as $$ select session_user in ('ipai_server', 'authenticator') $$;
comment on function ipai.is_gateway() is 'Whether request.jwt.claims may be trusted on this login';

-- The one function that looks past row security: it returns the caller's own binding and nothing else.
create function ipai.login_claims() returns jsonb
language sql stable parallel safe security definer
set search_path = ''
as $$ select p.claims from ipai.login_principal p where p.login = session_user $$;
comment on function ipai.login_claims() is 'Claims bound to the login of this session; null where it has none';

create function ipai.claims() returns jsonb
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  found jsonb;
begin
  if session_user in ('ipai_server', 'authenticator') then
    found := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  else
    found := ipai.login_claims();
  end if;
  if found is null or jsonb_typeof(found) <> 'object' then
    return '{}'::jsonb;
  end if;
  return found;
end
$$;
comment on function ipai.claims() is 'The caller''s claims: of the token on a gateway login, of the login elsewhere; {} for nobody';

create function ipai.has_role(role text) returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  if session_user in ('ipai_server', 'authenticator') then
    if role in ('anon', 'authenticated', 'service_role') then
      return current_user = role;
    end if;
    return coalesce(ipai.claims() #> '{app_metadata,ipai_roles}' @> to_jsonb(role), false);
  end if;
  if role in ('anon', 'authenticated', 'service_role') then
    return coalesce(ipai.login_claims() ->> 'role' = role, false);
  end if;
  return coalesce((select pg_has_role(session_user, r.oid, 'member') from pg_catalog.pg_roles r where r.rolname = role),
    false);
end
$$;
comment on function ipai.has_role(text) is 'Whether the caller has a role; in policies always as (select ipai.has_role(''…''))';

create function ipai.has_any_role(roles text[]) returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  role text;
begin
  foreach role in array roles loop
    if ipai.has_role(role) then
      return true;
    end if;
  end loop;
  return false;
end
$$;
comment on function ipai.has_any_role(text[]) is 'Whether the caller has one of the roles; in policies always as (select …)';

create function ipai.claim(name text) returns jsonb
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  claims constant jsonb := ipai.claims();
  way constant text[] := string_to_array(name, '.');
begin
  if way[1] in ('user_metadata', 'raw_user_meta_data') then
    return null; -- users write these themselves
  end if;
  return coalesce(
    nullif(claims -> name, 'null'::jsonb),
    nullif(claims -> 'app_metadata' -> name, 'null'::jsonb),
    nullif(claims #> way, 'null'::jsonb));
end
$$;
comment on function ipai.claim(text) is
  'One claim: at the top, else in app_metadata, else by dotted path; never of user_metadata, which users write themselves';

create function ipai.claim_text(name text) returns text
language sql stable parallel safe
set search_path = ''
as $$ select ipai.claim(name) #>> '{}' $$;
comment on function ipai.claim_text(text) is 'One claim as text; null where it is absent';

-- The typed helpers below never raise on a malformed token: what does not fit is not there.
create function ipai.claim_texts(name text) returns text[]
language sql stable parallel safe
set search_path = ''
as $$
  select coalesce(array_agg(item #>> '{}'), '{}')
  from (select ipai.claim(name) as value offset 0) as claim,
    jsonb_array_elements(
      case when jsonb_typeof(value) = 'array' then value when value is null then '[]' else jsonb_build_array(value) end
    ) as item
  where jsonb_typeof(item) in ('string', 'number', 'boolean')
$$;
comment on function ipai.claim_texts(text) is 'One claim as list of texts; a single value counts as a list of one, an absent claim as {}';

create function ipai.claim_ints(name text) returns bigint[]
language sql stable parallel safe
set search_path = ''
as $$
  select coalesce(array_agg(case when item ~ '^-?[0-9]{1,18}$' then item::bigint end)
    filter (where item ~ '^-?[0-9]{1,18}$'), '{}')
  from unnest(ipai.claim_texts(name)) as item
$$;
comment on function ipai.claim_ints(text) is 'One claim as list of whole numbers; {} where it is absent';

create function ipai.claim_uuids(name text) returns uuid[]
language sql stable parallel safe
set search_path = ''
as $$
  select coalesce(array_agg(case when item ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then item::uuid end)
    filter (where item ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'), '{}')
  from unnest(ipai.claim_texts(name)) as item
$$;
comment on function ipai.claim_uuids(text) is 'One claim as list of uuids; {} where it is absent';

create function ipai.is_principal(principal text) returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  kind constant text := split_part(principal, ':', 1);
  name constant text := substr(principal, length(kind) + 2);
  claims constant jsonb := ipai.claims();
begin
  return case kind
    when 'user' then coalesce(
      lower(claims ->> 'email') = lower(name) or claims ->> 'sub' = lower(name), false)
      and claims #> '{app_metadata,ipai_agent}' is null and claims #> '{app_metadata,ipai_app}' is null
    when 'agent' then coalesce(claims #>> '{app_metadata,ipai_agent}' = name, false)
    when 'app' then coalesce(claims #>> '{app_metadata,ipai_app}' = name, false)
    else false
  end;
end
$$;
comment on function ipai.is_principal(text) is
  'Whether the caller is user:<e-mail or id>, app:<name> or agent:<name>; in policies always as (select …)';

do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid::regprocedure from pg_catalog.pg_proc p where p.pronamespace = 'ipai'::regnamespace
  loop
    execute pg_catalog.format('grant execute on function %s to anon, authenticated, service_role, ipai_control,
      ipai_loader, ipai_builder, ipai_publisher, ipai_platform_admin, ipai_data_engineer, ipai_analytics_engineer,
      ipai_bi_developer, ipai_ai_engineer, ipai_operator, ipai_auditor', f);
  end loop;
end
$$;

reset role;
