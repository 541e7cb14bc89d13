package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Owns {@code auth.users} where it is ours. */
public final class AccountStore {
  private static final String SELECT = "select " + AccountSql.COLUMNS + " from auth.users u where ";
  private static final String GOOD =
      " u.deleted_at is null and (u.banned_until is null or u.banned_until < now())";

  private final ControlTransactions transactions;

  /** An account with the hash of its password; never leaves this package. */
  record Credentials(Account account, @Nullable String hash) {}

  public AccountStore(ControlTransactions transactions) {
    this.transactions = transactions;
  }

  /** Whether sign-in is ours here: {@code auth.users} belongs to the platform, not to Supabase. */
  public boolean isOurs() throws SQLException {
    return transactions.run(
        CallerOptions.reading(),
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      """
                      select exists (select from pg_catalog.pg_class c
                        where c.oid = to_regclass('auth.users') and c.relowner = 'ipai_owner'::regrole)
                      """);
              ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
          }
        });
  }

  /** By e-mail, whatever its case; empty for unknown, banned and deleted ones. */
  public Optional<Account> find(String email) throws SQLException {
    return findCredentials(email).map(Credentials::account);
  }

  Optional<Credentials> findCredentials(String email) throws SQLException {
    return transactions.run(CallerOptions.reading(), c -> findByEmail(c, email));
  }

  /** As {@link #find(String)}, within a transaction under way and with the password's hash. */
  static Optional<Credentials> findByEmail(Connection connection, String email)
      throws SQLException {
    return one(connection, "lower(u.email) = lower(?) and not u.is_sso_user and" + GOOD, email);
  }

  /** The hash of an account's password; empty where it has none. */
  static Optional<String> hash(Connection connection, UUID id) throws SQLException {
    return one(connection, "u.id = ? and" + GOOD, id)
        .flatMap(found -> Optional.ofNullable(found.hash()));
  }

  /** Banned accounts too: what an administrator sees. */
  static Optional<Account> findAny(Connection connection, UUID id) throws SQLException {
    return one(connection, "u.id = ? and u.deleted_at is null", id).map(Credentials::account);
  }

  /** A page of all accounts, banned ones too, newest first. */
  static List<Account> page(Connection connection, int page, int size) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            SELECT + "u.deleted_at is null order by u.created_at desc, u.id limit ? offset ?")) {
      statement.setInt(1, size);
      statement.setLong(2, (page - 1L) * size);
      try (ResultSet rows = statement.executeQuery()) {
        List<Account> accounts = new ArrayList<>();
        while (rows.next()) {
          accounts.add(read(rows).account());
        }
        return accounts;
      }
    }
  }

  static long count(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select count(*) from auth.users u where u.deleted_at is null");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** By id; empty for unknown, banned and deleted ones. */
  public Optional<Account> find(UUID id) throws SQLException {
    return transactions.run(CallerOptions.reading(), connection -> find(connection, id));
  }

  /** As {@link #find(UUID)}, within a transaction under way. */
  static Optional<Account> find(Connection connection, UUID id) throws SQLException {
    return one(connection, "u.id = ? and" + GOOD, id).map(Credentials::account);
  }

  /** The e-mails of these accounts, banned and deleted ones too; unknown ids are left out. */
  public Map<UUID, String> emails(Collection<UUID> ids) throws SQLException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return transactions.run(
        CallerOptions.reading(),
        connection -> {
          Map<UUID, String> emails = new HashMap<>();
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "select id, email from auth.users where id = any(?) and email is not null")) {
            statement.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                emails.put(rows.getObject(1, UUID.class), rows.getString(2));
              }
            }
          }
          return emails;
        });
  }

  /** All, by e-mail. */
  public List<Account> list() throws SQLException {
    return transactions.run(
        CallerOptions.reading(),
        connection -> {
          List<Account> accounts = new ArrayList<>();
          try (PreparedStatement statement =
                  connection.prepareStatement(SELECT + GOOD + " order by u.email");
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              accounts.add(read(rows).account());
            }
          }
          return accounts;
        });
  }

  /**
   * Makes an account or changes roles and claims of the one with this e-mail; a password is set
   * only where one is given.
   *
   * @param appMetadata JSON of roles and claims
   * @param userMetadata JSON of the name and the like
   */
  public void put(
      String email, @Nullable String passwordHash, String appMetadata, String userMetadata)
      throws SQLException {
    transactions.run(
        CallerOptions.writing(),
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  """
                  insert into auth.users (email, encrypted_password, raw_app_meta_data,
                    raw_user_meta_data, email_confirmed_at)
                  values (lower(?), ?, ?::jsonb, ?::jsonb, now())
                  on conflict ((lower(email))) where not is_sso_user do update set
                    encrypted_password = coalesce(excluded.encrypted_password, users.encrypted_password),
                    raw_app_meta_data = excluded.raw_app_meta_data,
                    raw_user_meta_data = excluded.raw_user_meta_data,
                    updated_at = now()
                  returning id
                  """)) {
            statement.setString(1, email);
            statement.setString(2, passwordHash);
            statement.setString(3, appMetadata);
            statement.setString(4, userMetadata);
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              AccountWriter.identify(connection, row.getObject(1, UUID.class));
              return row.getRow();
            }
          }
        });
  }

  private static Optional<Credentials> one(Connection connection, String condition, Object value)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SELECT + condition)) {
      statement.setObject(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(read(rows)) : Optional.empty();
      }
    }
  }

  private static Credentials read(ResultSet row) throws SQLException {
    return new Credentials(
        new Account(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            Json.read(row.getString(4)),
            Json.read(row.getString(5)),
            row.getTimestamp(6).toInstant(),
            Optional.ofNullable(row.getTimestamp(7)).map(Timestamp::toInstant),
            row.getBoolean(9),
            Optional.ofNullable(row.getString(10)),
            Json.read(row.getString(11))),
        row.getString(8));
  }
}
