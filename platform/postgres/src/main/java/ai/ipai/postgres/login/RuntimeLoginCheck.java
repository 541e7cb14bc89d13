package ai.ipai.postgres.login;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses to serve on a login that row security does not bind: superuser, BYPASSRLS, CREATEROLE, or
 * owner (directly or as a member) of a table in a layer or in {@code ipai}.
 */
public final class RuntimeLoginCheck {
  private RuntimeLoginCheck() {}

  /** Errors: {@code PG-032}, with every reason at once. */
  public static void check(Connection connection) throws SQLException {
    List<String> reasons = new ArrayList<>();
    String login = attributes(connection, reasons);
    ownership(connection, reasons);
    if (!reasons.isEmpty()) {
      throw new IpaiException(
              PostgresErrors.LOGIN_TOO_STRONG,
              "The server refuses to run as "
                  + login
                  + ", whom row security does not bind: it "
                  + String.join(", ", reasons)
                  + ".")
          .fact("login", login)
          .hint(
              "Run ./ipai migrate --database-url OWNER_URL once, then start with the login"
                  + " ipai_server.");
    }
  }

  private static String attributes(Connection connection, List<String> reasons)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select rolname, rolsuper, rolbypassrls, rolcreaterole
                from pg_roles where rolname = session_user
                """)) {
      row.next();
      addIf(row.getBoolean(2), "is superuser", reasons);
      addIf(row.getBoolean(3), "has BYPASSRLS", reasons);
      addIf(row.getBoolean(4), "has CREATEROLE", reasons);
      return row.getString(1);
    }
  }

  private static void ownership(Connection connection, List<String> reasons) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select count(*), min(format('%s.%s', n.nspname, c.relname))
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'f')
                  and (n.nspname ~ '^(bronze|silver|gold|platinum)_' or n.nspname = 'ipai'
                       or n.nspname in ('ipai_part', 'ipai_build'))
                  and pg_has_role(session_user, c.relowner, 'member')
                  and not (select rolsuper from pg_roles where rolname = session_user)
                """)) {
      row.next();
      if (row.getLong(1) > 0) {
        reasons.add("owns " + row.getLong(1) + " tables, such as " + row.getString(2));
      }
    }
  }

  private static void addIf(boolean condition, String reason, List<String> reasons) {
    if (condition) {
      reasons.add(reason);
    }
  }
}
