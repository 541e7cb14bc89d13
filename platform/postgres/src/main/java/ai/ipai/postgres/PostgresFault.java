package ai.ipai.postgres;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one table that maps SQLSTATE to our codes. PostgreSQL's own text stays in the cause, since it
 * may hold values of rows.
 */
public final class PostgresFault {
  private PostgresFault() {}

  /** Any failure of a statement. What is not infrastructure becomes {@code PG-013}. */
  public static IpaiException translate(SQLException failure) {
    return infrastructure(failure)
        .orElseGet(
            () ->
                new IpaiException(
                        PostgresErrors.STATEMENT_FAILED,
                        "The database refused a statement (SQLSTATE " + state(failure) + ").",
                        failure)
                    .fact("sqlstate", state(failure)));
  }

  /**
   * A failure that is not the statement's fault: connection, capacity, timeout, conflict. Empty for
   * all others, which the caller of the statement understands best.
   */
  public static Optional<IpaiException> infrastructure(SQLException failure) {
    String state = state(failure);
    @Nullable IpaiException fault =
        switch (state) {
          case "57P01", "57P02", "57P05", "25P03", "25P04" -> cut(failure);
          case "57P03" -> unreachable(failure, "it is starting or stopping");
          case "57014" -> cancelled(failure);
          case "53100" -> diskFull(failure);
          case "58030" -> isNoSpace(failure) ? diskFull(failure) : null;
          case "53200" ->
              fault(
                  PostgresErrors.OUT_OF_MEMORY,
                  "The database ran out of memory.",
                  "Try again; lower work_mem or add memory when it stays.",
                  failure);
          case "53300", "53400" ->
              fault(
                  PostgresErrors.TOO_MANY_CONNECTIONS,
                  "The database has no connection left.",
                  "Try again; raise max_connections or stop other clients when it stays.",
                  failure);
          case "40001", "40P01" ->
              fault(
                  PostgresErrors.SERIALIZATION,
                  "Another transaction changed the same rows.",
                  "Try again.",
                  failure);
          case "55P03" ->
              fault(
                  PostgresErrors.LOCK_TIMEOUT,
                  "Another transaction holds a lock that this one needs.",
                  "Try again.",
                  failure);
          default -> state.startsWith("08") ? cutOrTooLarge(failure) : null;
        };
    return Optional.ofNullable(fault);
  }

  /** A failure to connect at all. */
  public static IpaiException connecting(SQLException failure, DatabaseUrl url) {
    IpaiException fault =
        switch (state(failure)) {
          case "28P01" ->
              fault(
                  PostgresErrors.WRONG_PASSWORD,
                  "The database refuses the password of " + url.role() + ".",
                  passwordHint(url),
                  failure);
          case "28000" ->
              fault(
                  PostgresErrors.LOGIN_REFUSED,
                  "The database does not let " + url.role() + " sign in from here.",
                  "Run ./ipai migrate --database-url OWNER_URL once; behind TLS add"
                      + " ?sslmode=require; check pg_hba.conf.",
                  failure);
          case "3D000" ->
              fault(
                  PostgresErrors.NO_SUCH_DATABASE,
                  "There is no database " + url.database() + " on that server.",
                  "Create it, or correct the last part of the database URL.",
                  failure);
          case "53300", "53100", "53200" -> infrastructure(failure).orElseThrow();
          case "57P03" -> unreachable(failure, "it is starting or stopping");
          case "08004" ->
              fault(
                  PostgresErrors.LOGIN_REFUSED,
                  "The server at " + url.host() + " refuses this kind of connection.",
                  "Check sslmode in the database URL.",
                  failure);
          default -> unreachable(failure, "nothing answers there");
        };
    return fault
        .fact("host", url.host())
        .fact("port", url.port())
        .fact("database", url.database())
        .fact("user", url.role());
  }

  private static String passwordHint(DatabaseUrl url) {
    return url.role().startsWith("ipai_")
        ? "It derives from the master key: use the IPAI_MASTER_KEY of this installation, or run"
            + " ./ipai migrate --database-url OWNER_URL to renew it."
        : "Correct the password in the database URL; special characters are percent-encoded.";
  }

  /** The driver cuts a connection that would bring more than the memory that it may take. */
  private static IpaiException cutOrTooLarge(SQLException failure) {
    return String.valueOf(failure.getMessage()).contains("maxResultBuffer")
        ? fault(
            PostgresErrors.RESULT_TOO_LARGE,
            "The rows are too large to be held at once.",
            "Ask for fewer rows at a time, or for fewer columns.",
            failure)
        : cut(failure);
  }

  private static IpaiException cut(SQLException failure) {
    return fault(
        PostgresErrors.CONNECTION_CUT,
        "The connection to the database was cut.",
        "Try again: connections heal by themselves.",
        failure);
  }

  private static IpaiException unreachable(SQLException failure, String reason) {
    return fault(
        PostgresErrors.UNREACHABLE,
        "The database cannot be reached: " + reason + ".",
        "Start it, or correct host and port of the database URL; ./ipai doctor looks closer.",
        failure);
  }

  private static IpaiException cancelled(SQLException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("timeout")
        ? fault(
            PostgresErrors.STATEMENT_TIMEOUT,
            "The statement took longer than it may.",
            "Ask for less, or raise the limit.",
            failure)
        : fault(PostgresErrors.STATEMENT_CANCELLED, "The statement was cancelled.", "", failure);
  }

  private static IpaiException diskFull(SQLException failure) {
    return fault(
        PostgresErrors.DISK_FULL,
        "The disk of the database is full.",
        "Free space there; writes resume by themselves.",
        failure);
  }

  private static boolean isNoSpace(SQLException failure) {
    return String.valueOf(failure.getMessage()).contains("No space left");
  }

  private static IpaiException fault(
      ErrorCode code, String message, String hint, SQLException failure) {
    return new IpaiException(code, message, failure).hint(hint).fact("sqlstate", state(failure));
  }

  /** Five characters, or empty. */
  static String state(SQLException failure) {
    String state = failure.getSQLState();
    return state == null ? "" : state;
  }
}
