-- Logins for BI tools, which speak PostgreSQL's protocol and write their own SQL (docs/reference/sql.md).
--
-- A login that stands for a person is what the account says at this moment, not what it said when the login was made: who
-- is banned, deleted or loses a role sees nothing from the next statement on.

set role ipai_owner;

alter table ipai.login_principal
  add column account_id uuid,
  add column bi boolean not null default false,
  add column label text not null default '',
  add column created_by text not null default '';
comment on column ipai.login_principal.account_id is 'The account (auth.users) whose claims the login has, as they are now; null: those of the column claims';
comment on column ipai.login_principal.bi is 'Whether ./ipai bi grant made it, for a tool that connects from outside';
comment on column ipai.login_principal.label is 'Whom it stands for, for people';

-- Late-bound, since Supabase's auth.users is not the platform's to read: there logins stand for roles.
create function ipai.account_claims(out is_account boolean, out claims jsonb)
language plpgsql stable parallel restricted security definer
set search_path = ''
as $$
declare
  account constant uuid := (select p.account_id from ipai.login_principal p where p.login = session_user);
begin
  is_account := account is not null;
  if is_account then
    select jsonb_build_object('sub', u.id, 'role', u.role, 'email', u.email, 'app_metadata', u.raw_app_meta_data)
      into claims from auth.users u
      where u.id = account and u.role = 'authenticated' and u.deleted_at is null
        and (u.banned_until is null or u.banned_until <= statement_timestamp());
    claims := coalesce(claims, '{}');
  end if;
end
$$;
comment on function ipai.account_claims() is 'Claims of the account that the login of this session stands for, as they are now; {} where it is closed';

create or replace function ipai.claims_of_login() returns jsonb
language sql stable parallel restricted security definer
set search_path = ''
as $$
  select case when a.is_account then a.claims else (select p.claims from ipai.login_principal p where p.login = session_user) end
  from ipai.account_claims() a
$$;

create or replace function ipai.has_role(role text) returns boolean
language plpgsql stable parallel restricted
set search_path = ''
as $$
declare
  narrowing jsonb;
  account record;
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
  -- Bound claims, and those of an account, narrow what the login may be, and add nothing to it.
  narrowing := ipai.bound_claims();
  if narrowing is null then
    select * into account from ipai.account_claims();
    if account.is_account then
      narrowing := account.claims;
    end if;
  end if;
  if narrowing is not null and not coalesce(narrowing #> '{app_metadata,ipai_roles}' @> to_jsonb(role), false) then
    return false;
  end if;
  return coalesce((select pg_has_role(session_user, r.oid, 'member') from pg_catalog.pg_roles r where r.rolname = role),
    false);
end
$$;

revoke execute on function ipai.account_claims() from public;
grant execute on function ipai.account_claims() to anon, authenticated, service_role, ipai_control, ipai_loader,
  ipai_builder, ipai_publisher, ipai_platform_admin, ipai_data_engineer, ipai_analytics_engineer, ipai_bi_developer,
  ipai_ai_engineer, ipai_operator, ipai_auditor;

reset role;

-- Temporary objects: whoever is here now keeps them, except the logins on which callers write SQL; nobody new gets them.
-- On Supabase the database is shared with the host's own services, and stays as it is.
do $$
declare
  holder name;
begin
  if (select n.nspowner <> 'ipai_owner'::regrole from pg_catalog.pg_namespace n where n.nspname = 'auth')
    or not (select pg_has_role(current_user, d.datdba, 'usage') from pg_catalog.pg_database d where d.datname = current_database()) then
    return;
  end if;
  for holder in
    select r.rolname from pg_catalog.pg_roles r
    where r.rolname !~ '^pg_' and r.rolname !~ '^ipai_(sql|user|bi)_' and not r.rolsuper
      and r.rolname not in ('ipai_platform_admin', 'ipai_data_engineer', 'ipai_analytics_engineer', 'ipai_bi_developer',
        'ipai_ai_engineer', 'ipai_operator', 'ipai_auditor')
  loop
    execute format('grant temporary on database %I to %I', current_database(), holder);
  end loop;
  execute format('revoke temporary on database %I from public', current_database());
end
$$;
