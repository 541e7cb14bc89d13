package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;

/** What databases say, told apart by SQLSTATE. Their messages may hold values and stay unsaid. */
final class DatabaseFaults {
  static final ErrorCode COLUMN =
      ErrorCode.of("CON-120", "DATABASE_COLUMN_UNKNOWN", ErrorKind.CALLER);
  static final ErrorCode DRIVER =
      ErrorCode.of("CON-121", "DATABASE_DRIVER_MISSING", ErrorKind.CALLER);

  static final ErrorCode LOG = ErrorCode.of("CON-122", "DATABASE_LOG_NOT_READY", ErrorKind.CALLER);

  static final ErrorCode TLS = ErrorCode.of("CON-123", "DATABASE_TLS_REFUSED", ErrorKind.CALLER);

  /** Lost races, restarts, too many connections: trying again helps. */
  private static final Set<String> PASSING =
      Set.of("40001", "40P01", "57P01", "57P02", "57P03", "53300", "55P03", "HY000/1205");

  private DatabaseFaults() {}

  static boolean isPassing(SQLException e) {
    String state = state(e);
    boolean refused = isTls(e) || (state.equals("08001") && message(e).contains("may not go"));
    return (state.startsWith("08") && !refused) || PASSING.contains(state);
  }

  /** By a limit of time, or because somebody wanted it so. */
  static boolean isCancelled(SQLException e) {
    return state(e).equals("57014");
  }

  static IpaiException of(SQLException e, String what) {
    String state = state(e);
    IpaiException mapped =
        switch (state.length() < 2 ? "" : state.substring(0, 2)) {
          case "28" ->
              new IpaiException(ConnectorErrors.REFUSED_LOGIN, "the database refused the login", e)
                  .hint("check connection.login and the secret");
          case "08" -> unreachable(e);
          case "3D" ->
              new IpaiException(ConnectorErrors.UNREACHABLE, "the server has no such database", e)
                  .hint("check connection.database");
          case "42" ->
              state.equals("42501") || e.getErrorCode() == 1142 || e.getErrorCode() == 1044
                  ? new IpaiException(
                          ConnectorErrors.FORBIDDEN, "the reading user may not do this: " + what, e)
                      .hint("grant select to the user, or take the table out of streams")
                  : failed(e, what);
          default ->
              e.getErrorCode() == 1045 || e.getErrorCode() == 18456
                  ? new IpaiException(
                          ConnectorErrors.REFUSED_LOGIN, "the database refused the login", e)
                      .hint("check connection.login and the secret")
                  : failed(e, what);
        };
    return mapped.fact("sqlstate", state);
  }

  private static IpaiException unreachable(SQLException e) {
    if (message(e).contains("may not go to this address")) {
      return new IpaiException(
              ConnectorErrors.ADDRESS_REFUSED, "a connector may not go to this address", e)
          .hint("set private_addresses: true if this machine is really meant");
    }
    if (isTls(e)) {
      return new IpaiException(
              TLS,
              "the server does not prove who it is: its certificate is not trusted, names"
                  + " another host, or it has none",
              e)
          .hint(
              "put the CA's certificate into the workspace and set tls_ca: FILE; what relaxes it is"
                  + " tls: verify-ca, require or off");
    }
    return new IpaiException(ConnectorErrors.UNREACHABLE, "the database does not answer", e)
        .hint("check host and port, and that the database is up");
  }

  private static boolean isTls(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      String text = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (at instanceof SSLException
          || at instanceof CertificateException
          || text.contains("support ssl")
          || text.contains("ssl not enabled")
          || text.contains("could not be verified")) {
        return true;
      }
    }
    return false;
  }

  private static IpaiException failed(SQLException e, String what) {
    return new IpaiException(ConnectorErrors.SOURCE_FAILED, "the database failed: " + what, e)
        .hint("the database's own log has the reason");
  }

  private static String state(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.equals("HY000") ? state + "/" + e.getErrorCode() : state;
  }

  private static String message(SQLException e) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = e; at != null; at = at.getCause()) {
      all.append(at.getMessage()).append('\n');
    }
    return all.toString();
  }
}
