-- Supabase Vault, where the extension is there. The control plane is not given the vault: it gets four narrow
-- functions that belong to the migrating login, see only secrets that we put, and ask for the same grants as
-- row security does. They are made everywhere and work from the moment the extension is enabled.

create function ipai.supabase_vault_present() returns boolean
language sql stable set search_path = '' as $$
  select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'vault' and c.relname = 'decrypted_secrets')
$$;

create function ipai.supabase_secret_put(secret_name text, version integer, value text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  id uuid;
begin
  if not ipai.secret_admin(array['ipai_platform_admin', 'ipai_data_engineer', 'ipai_operator']) then
    raise exception 'not allowed to change secrets' using errcode = '42501';
  end if;
  execute 'select vault.create_secret($1, $2, $3)' into id
    using value, format('ipai/%s/v%s', secret_name, version), 'Managed by IPAI Lakehouse';
  return id;
end $$;

create function ipai.supabase_secret_get(secret_name text, version integer, vault_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  value text;
begin
  if not (ipai.secret_usable(secret_name) or ipai.secret_admin(array['ipai_platform_admin'])) then
    raise exception 'not allowed to use the secret' using errcode = '42501';
  end if;
  execute 'select decrypted_secret from vault.decrypted_secrets where id = $1 and name = $2' into value
    using vault_id, format('ipai/%s/v%s', secret_name, version);
  return value;
end $$;

create function ipai.supabase_secret_destroy(secret_name text, version integer, vault_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not ipai.secret_admin(array['ipai_platform_admin']) then
    raise exception 'not allowed to delete secrets' using errcode = '42501';
  end if;
  execute 'delete from vault.secrets where id = $1 and name = $2'
    using vault_id, format('ipai/%s/v%s', secret_name, version);
end $$;

revoke all on function ipai.supabase_vault_present() from public;
revoke all on function ipai.supabase_secret_put(text, integer, text) from public;
revoke all on function ipai.supabase_secret_get(text, integer, uuid) from public;
revoke all on function ipai.supabase_secret_destroy(text, integer, uuid) from public;
grant execute on function ipai.supabase_vault_present() to ipai_control;
grant execute on function ipai.supabase_secret_put(text, integer, text) to ipai_control;
grant execute on function ipai.supabase_secret_get(text, integer, uuid) to ipai_control;
grant execute on function ipai.supabase_secret_destroy(text, integer, uuid) to ipai_control;

reset role;
