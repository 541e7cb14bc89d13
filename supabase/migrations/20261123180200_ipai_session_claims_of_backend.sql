-- A binding is of one backend, and process ids come again: what a lost release left behind must not refuse the next
-- session that happens to have its number. Nor may it end by the clock, for then who outlives it would be the bare login.

set role ipai_owner;

alter table ipai.session_claims add column backend_start timestamptz;
comment on column ipai.session_claims.backend_start is 'When the backend began; with its process id, which one it was';

-- Looks past row security, at the binding of this process id alone; claims only in the transaction they are bound to.
create function ipai.session_binding(out bound boolean, out claims jsonb, out backend_start timestamptz)
language sql stable parallel restricted security definer
set search_path = ''
as $$
  select true, case when s.transaction_at = transaction_timestamp() then s.claims end, s.backend_start
  from ipai.session_claims s
  where s.pid = pg_backend_pid() and s.login = session_user
    and (s.backend_start is not null or s.bound_at > transaction_timestamp() - interval '1 hour')
$$;
comment on function ipai.session_binding() is 'What is bound to this process id and login, if anything is';

-- With the caller's rights: who runs as the login sees when its own backend began; who runs as another role does not, and
-- the binding holds.
create or replace function ipai.bound_claims() returns jsonb
language plpgsql stable parallel restricted security invoker
set search_path = ''
as $$
declare
  binding record;
begin
  select * into binding from ipai.session_binding();
  if binding.bound is not true then
    return null;
  end if;
  if binding.claims is not null then
    return binding.claims;
  end if;
  if (select a.backend_start <> binding.backend_start from pg_stat_get_activity(pg_backend_pid()) as a) then
    return null;
  end if;
  return '{}';
end
$$;

-- The one function that looks past row security at logins: it returns the caller's own binding and nothing else.
create function ipai.claims_of_login() returns jsonb
language sql stable parallel restricted security definer
set search_path = ''
as $$ select p.claims from ipai.login_principal p where p.login = session_user $$;
comment on function ipai.claims_of_login() is 'Claims of the login of this session; null where it has none';

create or replace function ipai.login_claims() returns jsonb
language sql stable parallel restricted security invoker
set search_path = ''
as $$ select coalesce(ipai.bound_claims(), ipai.claims_of_login()) $$;

revoke execute on function ipai.session_binding(), ipai.claims_of_login() from public;
grant execute on function ipai.session_binding(), ipai.claims_of_login() to anon, authenticated, service_role, ipai_control,
  ipai_loader, ipai_builder, ipai_publisher, ipai_platform_admin, ipai_data_engineer, ipai_analytics_engineer,
  ipai_bi_developer, ipai_ai_engineer, ipai_operator, ipai_auditor;

reset role;
