package ai.ipai.governance.vault;

import ai.ipai.testing.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The schema of supabase_vault 0.3 as its SQL files declare it: table, view, functions, owner and
 * grants. Its encryption is in C and not to be had here; pgcrypto with a key in a setting of the
 * functions stands in, and like the original it binds the row's id.
 */
final class FakeSupabaseVault {
  private FakeSupabaseVault() {}

  static void install(TestDatabase database) {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(
          """
          create schema vault;
          create schema if not exists extensions;
          create extension if not exists pgcrypto schema extensions;
          create table vault.secrets (
            id uuid primary key default gen_random_uuid(),
            name text,
            description text not null default '',
            secret text not null,
            key_id uuid,
            nonce bytea default extensions.gen_random_bytes(16),
            created_at timestamptz not null default current_timestamp,
            updated_at timestamptz not null default current_timestamp
          );
          create unique index on vault.secrets (name) where name is not null;
          create function vault._crypto_aead_det_encrypt(message bytea, additional bytea, nonce bytea)
            returns bytea language sql volatile as $$
              select extensions.pgp_sym_encrypt_bytea(message, 'root key ' || encode(additional, 'hex')) $$;
          create function vault._crypto_aead_det_decrypt(message bytea, additional bytea, nonce bytea)
            returns bytea language sql stable as $$
              select extensions.pgp_sym_decrypt_bytea(message, 'root key ' || encode(additional, 'hex')) $$;
          create view vault.decrypted_secrets as
            select s.id, s.name, s.description, s.secret,
              convert_from(vault._crypto_aead_det_decrypt(decode(s.secret, 'base64'),
                convert_to(s.id::text, 'utf8'), s.nonce), 'utf8') as decrypted_secret,
              s.key_id, s.nonce, s.created_at, s.updated_at
            from vault.secrets s;
          create function vault.create_secret(
            new_secret text, new_name text default null, new_description text default '',
            new_key_id uuid default null) returns uuid
            language plpgsql security definer set search_path = '' as $$
            declare
              rec record;
            begin
              insert into vault.secrets (secret, name, description)
              values ('', new_name, new_description) returning * into rec;
              update vault.secrets s set secret = encode(vault._crypto_aead_det_encrypt(
                  convert_to(new_secret, 'utf8'), convert_to(s.id::text, 'utf8'), s.nonce), 'base64')
                where s.id = rec.id;
              return rec.id;
            end $$;
          revoke all on all functions in schema vault from public;
          grant usage on schema vault to postgres with grant option;
          grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
          grant execute on function vault.create_secret(text, text, text, uuid),
            vault._crypto_aead_det_decrypt(bytea, bytea, bytea) to postgres with grant option;
          """);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
