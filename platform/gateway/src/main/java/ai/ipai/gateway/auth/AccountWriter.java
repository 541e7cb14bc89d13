package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes rows of {@code auth.users} and their identities, within the caller's
 * transaction.
 */
final class AccountWriter {
  private static final String UNIQUE_VIOLATION = "23505";

  private AccountWriter() {}

  /**
   * What a new account begins with.
   *
   * @param id empty for a new one
   * @param appMetadata JSON
   * @param userMetadata JSON
   */
  record NewAccount(
      Optional<UUID> id,
      String email,
      @Nullable String passwordHash,
      boolean isConfirmed,
      boolean isInvited,
      String databaseRole,
      String appMetadata,
      String userMetadata) {}

  /** Throws {@code GW-030} where the address or the id is taken. */
  static UUID insert(Connection connection, NewAccount account) throws SQLException {
    UUID id = account.id().orElseGet(UUID::randomUUID);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into auth.users (id, email, encrypted_password, email_confirmed_at, invited_at,
              role, raw_app_meta_data, raw_user_meta_data)
            values (?, lower(?), ?, case when ? then now() end, case when ? then now() end, ?,
              ?::jsonb, ?::jsonb)
            """)) {
      statement.setObject(1, id);
      statement.setString(2, account.email());
      statement.setString(3, account.passwordHash());
      statement.setBoolean(4, account.isConfirmed());
      statement.setBoolean(5, account.isInvited());
      statement.setString(6, account.databaseRole());
      statement.setString(7, account.appMetadata());
      statement.setString(8, account.userMetadata());
      statement.executeUpdate();
    } catch (SQLException e) {
      throw taken(e);
    }
    identify(connection, id);
    return id;
  }

  private static SQLException taken(SQLException failure) {
    if (UNIQUE_VIOLATION.equals(failure.getSQLState())) {
      throw AuthFaults.emailExists();
    }
    return failure;
  }

  /** The identity that e-mail and password are, as the account says now. */
  static void identify(Connection connection, UUID id) throws SQLException {
    update(
        connection,
        """
        insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at)
        select u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', lower(u.email),
          'email_verified', u.email_confirmed_at is not null, 'phone_verified', false), 'email', now()
        from auth.users u where u.id = ? and u.email is not null
        on conflict (provider_id, provider) do update
          set identity_data = identities.identity_data || excluded.identity_data, updated_at = now()
        """,
        id);
  }

  static void signedIn(Connection connection, UUID id) throws SQLException {
    update(connection, "update auth.users set last_sign_in_at = now() where id = ?", id);
  }

  static void setPassword(Connection connection, UUID id, String hash) throws SQLException {
    update(
        connection,
        "update auth.users set encrypted_password = ?, updated_at = now() where id = ?",
        hash,
        id);
  }

  /**
   * The address is proven. A password from before that may be of whoever entered somebody else's
   * address: it counts no more unless the proof is the one that was sent for it.
   */
  static void confirm(Connection connection, UUID id, boolean keepsPassword) throws SQLException {
    update(
        connection,
        """
        update auth.users set
          encrypted_password = case when email_confirmed_at is null and not ?
            then null else encrypted_password end,
          email_confirmed_at = coalesce(email_confirmed_at, now()), updated_at = now()
        where id = ?
        """,
        keepsPassword,
        id);
    identify(connection, id);
  }

  /** Throws {@code GW-030} where the address is taken. */
  static void setEmail(Connection connection, UUID id, String email, boolean isConfirmed)
      throws SQLException {
    try {
      update(
          connection,
          """
          update auth.users set email = lower(?), email_change = null,
            email_change_confirm_status = 0,
            email_confirmed_at = case when ? then now() else email_confirmed_at end,
            updated_at = now()
          where id = ?
          """,
          email,
          isConfirmed,
          id);
    } catch (SQLException e) {
      throw taken(e);
    }
    voidProofs(connection, id);
    identify(connection, id);
  }

  /**
   * What was mailed or begun before counts no more: links, codes and flows of a browser. For
   * whatever changes who may get in.
   */
  static void voidProofs(Connection connection, UUID id) throws SQLException {
    update(connection, "delete from auth.one_time_tokens where user_id = ?", id);
    update(connection, "delete from auth.flow_state where user_id = ?", id);
  }

  static void wantEmail(Connection connection, UUID id, String email) throws SQLException {
    update(
        connection,
        """
        update auth.users set email_change = lower(?), email_change_confirm_status = 0,
          email_change_sent_at = now(), updated_at = now()
        where id = ?
        """,
        email,
        id);
  }

  /** One of the two addresses has agreed; how many have. */
  static int agreed(Connection connection, UUID id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update auth.users set email_change_confirm_status = email_change_confirm_status + 1
            where id = ? returning email_change_confirm_status
            """)) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }

  /** Adds to what the user says of themselves; what is null in it goes away. */
  static void mergeUserMetadata(Connection connection, UUID id, String json) throws SQLException {
    update(
        connection,
        """
        update auth.users set raw_user_meta_data = coalesce((select jsonb_object_agg(key, value)
            from jsonb_each(raw_user_meta_data || ?::jsonb) where value <> 'null'::jsonb), '{}'),
          updated_at = now()
        where id = ?
        """,
        json,
        id);
  }

  /** In the place of what stood there: it may be of somebody else who entered the address. */
  static void setUserMetadata(Connection connection, UUID id, String json) throws SQLException {
    update(
        connection,
        "update auth.users set raw_user_meta_data = ?::jsonb, updated_at = now() where id = ?",
        json,
        id);
  }

  /** As {@link #mergeUserMetadata}, of what administrators write. */
  static void mergeAppMetadata(Connection connection, UUID id, String json) throws SQLException {
    update(
        connection,
        """
        update auth.users set raw_app_meta_data = coalesce((select jsonb_object_agg(key, value)
            from jsonb_each(raw_app_meta_data || ?::jsonb) where value <> 'null'::jsonb), '{}'),
          updated_at = now()
        where id = ?
        """,
        json,
        id);
  }

  static void setRole(Connection connection, UUID id, String role) throws SQLException {
    update(connection, "update auth.users set role = ? where id = ?", role, id);
  }

  /** Zero lets it in again. */
  static void ban(Connection connection, UUID id, Duration duration) throws SQLException {
    update(
        connection,
        """
        update auth.users set updated_at = now(),
          banned_until = case when ?::bigint > 0 then now() + make_interval(secs => ?::bigint) end
        where id = ?
        """,
        duration.toSeconds(),
        duration.toSeconds(),
        id);
  }

  static void delete(Connection connection, UUID id, boolean keepsRow) throws SQLException {
    if (!keepsRow) {
      update(connection, "delete from auth.users where id = ?", id);
      return;
    }
    update(connection, "delete from auth.identities where user_id = ?", id);
    update(connection, "delete from auth.mfa_factors where user_id = ?", id);
    update(connection, "delete from auth.one_time_tokens where user_id = ?", id);
    update(
        connection,
        """
        update auth.users set deleted_at = now(), encrypted_password = null, email_change = null,
          email = encode(sha256(convert_to(email, 'UTF8')), 'hex'), raw_user_meta_data = '{}',
          raw_app_meta_data = '{}', updated_at = now()
        where id = ?
        """,
        id);
  }

  /** Remembers that something was mailed. */
  static void mailed(Connection connection, UUID id, Proof.Kind kind) throws SQLException {
    String column =
        switch (kind) {
          case CONFIRMATION -> "confirmation_sent_at";
          case RECOVERY -> "recovery_sent_at";
          case REAUTHENTICATION -> "reauthentication_sent_at";
          case EMAIL_CHANGE_NEW, EMAIL_CHANGE_CURRENT -> "email_change_sent_at";
        };
    update(connection, "update auth.users set " + column + " = now() where id = ?", id);
  }

  static int update(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  /** Throws {@code GW-030} unless it can be an address: one {@code @}, no blanks, no controls. */
  static String checkedEmail(String email) {
    String trimmed = email.strip();
    boolean fits =
        trimmed.length() <= 254
            && trimmed.matches("[^@\\s\\p{Cntrl}<>(),;:\"\\[\\]\\\\]{1,64}@[A-Za-z0-9.-]{1,190}")
            && !trimmed.contains("..")
            && !trimmed.endsWith(".");
    if (!fits) {
      throw new IpaiException(
              GatewayErrors.PARAMETER_INVALID, "Unable to validate email address: invalid format")
          .fact("authCode", "validation_failed");
    }
    return trimmed;
  }
}
