-- Roles of the platform (docs/explanation/architecture.md, "Logins").
--
-- Runs as any login that may create roles: `postgres` on Supabase, `doadmin` on DigitalOcean, the embedded owner.
-- It needs no superuser. Logins are created NOLOGIN and without a password; `ipai migrate` opens them.
-- What exists already (Supabase's own roles) is left as it is.

do $$
declare
  me constant name := current_user;
  wanted record;
  can_bypass constant boolean :=
    (select r.rolsuper or (r.rolbypassrls and current_setting('server_version_num')::int >= 160000)
       from pg_catalog.pg_roles r where r.rolname = current_user);
begin
  if not (select r.rolsuper or r.rolcreaterole from pg_catalog.pg_roles r where r.rolname = me) then
    raise exception 'the login % may not create roles', me
      using hint = 'Apply the migrations as the database owner, then run the platform as ipai_server.';
  end if;

  for wanted in
    select * from (values
      -- Supabase's
      ('anon', 'nologin inherit'),
      ('authenticated', 'nologin inherit'),
      ('service_role', 'nologin inherit' || case when can_bypass then ' bypassrls' else '' end),
      ('authenticator', 'nologin noinherit'),
      -- the platform's parts
      ('ipai_owner', 'nologin'),
      ('ipai_control', 'nologin'),
      ('ipai_server', 'nologin noinherit'),
      ('ipai_loader', 'nologin inherit'),
      ('ipai_builder', 'nologin inherit'),
      ('ipai_publisher', 'nologin inherit'),
      -- the platform roles of people, apps and agents
      ('ipai_platform_admin', 'nologin inherit'),
      ('ipai_data_engineer', 'nologin inherit'),
      ('ipai_analytics_engineer', 'nologin inherit'),
      ('ipai_bi_developer', 'nologin inherit'),
      ('ipai_ai_engineer', 'nologin inherit'),
      ('ipai_operator', 'nologin inherit'),
      ('ipai_auditor', 'nologin inherit'),
      -- one login per platform role, for SQL that a caller writes
      ('ipai_sql_platform_admin', 'nologin inherit'),
      ('ipai_sql_data_engineer', 'nologin inherit'),
      ('ipai_sql_analytics_engineer', 'nologin inherit'),
      ('ipai_sql_bi_developer', 'nologin inherit'),
      ('ipai_sql_ai_engineer', 'nologin inherit'),
      ('ipai_sql_operator', 'nologin inherit'),
      ('ipai_sql_auditor', 'nologin inherit')
    ) as roles (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end
$$;

-- Memberships. `inherits`: the member has the role's rights at all times; otherwise it must switch to it.
-- PostgreSQL 16 and later keep both as options of the grant; 15 decides by the member's own INHERIT.
do $$
declare
  me constant name := current_user;
  has_options constant boolean := current_setting('server_version_num')::int >= 160000;
  wanted record;
  held boolean;
begin
  for wanted in
    select * from (values
      ('anon', 'authenticator', false),
      ('authenticated', 'authenticator', false),
      ('service_role', 'authenticator', false),
      ('anon', 'ipai_server', false),
      ('authenticated', 'ipai_server', false),
      ('service_role', 'ipai_server', false),
      ('ipai_control', 'ipai_server', false),
      ('ipai_builder', 'ipai_publisher', true),
      ('ipai_platform_admin', 'ipai_sql_platform_admin', true),
      ('ipai_data_engineer', 'ipai_sql_data_engineer', true),
      ('ipai_analytics_engineer', 'ipai_sql_analytics_engineer', true),
      ('ipai_bi_developer', 'ipai_sql_bi_developer', true),
      ('ipai_ai_engineer', 'ipai_sql_ai_engineer', true),
      ('ipai_operator', 'ipai_sql_operator', true),
      ('ipai_auditor', 'ipai_sql_auditor', true),
      -- the migrating login creates what these own
      ('ipai_owner', me::text, true),
      ('ipai_loader', me::text, true),
      ('ipai_builder', me::text, true),
      ('ipai_publisher', me::text, true)
    ) as memberships (granted, member, inherits)
  loop
    if (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = wanted.member) then
      continue; -- a superuser switches to any role
    end if;
    -- Asked of pg_auth_members and not of pg_has_role: the creator of a role holds it with ADMIN alone.
    if has_options then
      execute 'select exists (select from pg_catalog.pg_auth_members m
                 where m.roleid = $1::regrole and m.member = $2::regrole and m.set_option
                   and (m.inherit_option or not $3))'
        into held
        using pg_catalog.quote_ident(wanted.granted), pg_catalog.quote_ident(wanted.member), wanted.inherits;
    else
      held := exists (select from pg_catalog.pg_auth_members m
                 where m.roleid = pg_catalog.quote_ident(wanted.granted)::regrole
                   and m.member = pg_catalog.quote_ident(wanted.member)::regrole);
    end if;
    if not held then
      execute pg_catalog.format('grant %I to %I', wanted.granted, wanted.member)
        || case when has_options then pg_catalog.format(' with inherit %s, set true', case when wanted.inherits then 'true' else 'false' end) else '' end;
    end if;
  end loop;
end
$$;

-- Schemas of layers are made by those who own them: the loader bronze, the publisher silver, gold and platinum.
do $$
declare
  login name;
begin
  foreach login in array array['ipai_loader', 'ipai_publisher']::name[] loop
    if not pg_catalog.has_database_privilege(login, current_database(), 'create') then
      execute pg_catalog.format('grant create on database %I to %I', current_database(), login);
    end if;
    if not pg_catalog.has_database_privilege(login, current_database(), 'create') then
      raise exception 'the login % may not grant CREATE on database %', current_user, current_database()
        using hint = 'Apply the migrations as the owner of the database.';
    end if;
  end loop;
  foreach login in array array[
      'ipai_server', 'ipai_loader', 'ipai_builder', 'ipai_publisher', 'authenticator', 'ipai_sql_platform_admin',
      'ipai_sql_data_engineer', 'ipai_sql_analytics_engineer', 'ipai_sql_bi_developer', 'ipai_sql_ai_engineer',
      'ipai_sql_operator', 'ipai_sql_auditor']::name[] loop
    if not pg_catalog.has_database_privilege(login, current_database(), 'connect') then
      execute pg_catalog.format('grant connect on database %I to %I', current_database(), login);
    end if;
  end loop;
end
$$;

create schema if not exists ipai authorization ipai_owner;
comment on schema ipai is 'Control plane of the lakehouse';
create schema if not exists ipai_part authorization ipai_publisher;
comment on schema ipai_part is 'Open and clear parts of masked tables, and versions that were replaced; not for direct use';
create schema if not exists ipai_build authorization ipai_builder;
comment on schema ipai_build is 'Scratch schema of model builds';

reset role;
