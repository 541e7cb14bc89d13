-- A caller's own claims on a login that many callers share (decision 0009).
--
-- SQL that a caller writes runs on a login that is the role, such as ipai_sql_bi_developer. Before that SQL begins, the
-- platform notes here, on a connection of its own, whose transaction it is. Nothing of it passes through the caller's
-- session: what identifies the transaction is the process id of the backend and the moment at which the transaction
-- began, and neither can be set by SQL. So there is no signature to steal, to replay or to swap.

set role ipai_owner;

create table ipai.session_claims (
  pid integer primary key,
  login name not null,
  transaction_at timestamptz not null,
  claims jsonb not null check (jsonb_typeof(claims) = 'object' and (claims ->> 'role') is not distinct from 'authenticated'),
  bound_at timestamptz not null default now()
);
comment on table ipai.session_claims is 'Whose transaction it is that runs on a login which callers share; written by the platform alone';
comment on column ipai.session_claims.transaction_at is 'transaction_timestamp() of the transaction that the claims are bound to';
select ipai.protect_control_table('ipai.session_claims');

-- Null where nobody bound anything to this backend; {} once the bound transaction is over, so that a caller who gets out
-- of it is nobody, and not the bare login. A backend that died may leave a row behind: it says nothing after an hour.
create function ipai.bound_claims() returns jsonb
language sql stable parallel restricted security definer
set search_path = ''
as $$
  select case when s.transaction_at = transaction_timestamp() then s.claims else '{}'::jsonb end
  from ipai.session_claims s
  where s.pid = pg_backend_pid() and s.login = session_user and s.bound_at > transaction_timestamp() - interval '1 hour'
$$;
comment on function ipai.bound_claims() is 'Claims that the platform bound to this transaction; {} in a later one, null without a binding';

create or replace function ipai.login_claims() returns jsonb
language sql stable parallel restricted security definer
set search_path = ''
as $$
  select coalesce(
    ipai.bound_claims(),
    (select p.claims from ipai.login_principal p where p.login = session_user))
$$;
comment on function ipai.login_claims() is
  'Claims bound to this transaction, else to the login of this session; null where there are neither';

create or replace function ipai.has_role(role text) returns boolean
language plpgsql stable parallel restricted
set search_path = ''
as $$
declare
  bound jsonb;
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
  -- Bound claims narrow what the login may be, and add nothing to it.
  bound := ipai.bound_claims();
  if bound is not null and not coalesce(bound #> '{app_metadata,ipai_roles}' @> to_jsonb(role), false) then
    return false;
  end if;
  return coalesce((select pg_has_role(session_user, r.oid, 'member') from pg_catalog.pg_roles r where r.rolname = role),
    false);
end
$$;

-- A parallel worker has a process id of its own. As InitPlans these run in the leader, so parallel plans stay possible.
alter function ipai.claims() parallel restricted;
alter function ipai.has_any_role(text[]) parallel restricted;
alter function ipai.claim(text) parallel restricted;
alter function ipai.claim_text(text) parallel restricted;
alter function ipai.claim_texts(text) parallel restricted;
alter function ipai.claim_ints(text) parallel restricted;
alter function ipai.claim_uuids(text) parallel restricted;
alter function ipai.is_principal(text) parallel restricted;

revoke execute on function ipai.bound_claims() from public;
grant execute on function ipai.bound_claims() to anon, authenticated, service_role, ipai_control, ipai_loader, ipai_builder,
  ipai_publisher, ipai_platform_admin, ipai_data_engineer, ipai_analytics_engineer, ipai_bi_developer, ipai_ai_engineer,
  ipai_operator, ipai_auditor;

reset role;
