package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Odoo's errors, told apart by the Python class; the status is 200 for all of them. */
final class OdooErrors {
  static final ErrorCode DATABASE =
      ErrorCode.of("CON-100", "ODOO_DATABASE_NOT_FOUND", ErrorKind.CALLER);
  static final ErrorCode FIELD = ErrorCode.of("CON-101", "ODOO_FIELD_UNKNOWN", ErrorKind.CALLER);
  static final ErrorCode NOT_SEARCHABLE =
      ErrorCode.of("CON-102", "ODOO_FIELD_NOT_SEARCHABLE", ErrorKind.CALLER);
  static final ErrorCode LANGUAGE =
      ErrorCode.of("CON-103", "ODOO_LANGUAGE_NOT_INSTALLED", ErrorKind.CALLER);

  static final ErrorCode NO_RENEWAL =
      ErrorCode.of("CON-104", "ODOO_GIVES_NO_NEW_KEY", ErrorKind.CALLER);

  private static final Set<String> RACES =
      Set.of(
          "psycopg2.errors.SerializationFailure",
          "psycopg2.errors.DeadlockDetected",
          "psycopg2.errors.LockNotAvailable");

  private OdooErrors() {}

  /** Lost races on the server: nothing was done, and trying again helps. */
  static boolean isRace(JsonNode error) {
    return RACES.contains(className(error));
  }

  static IpaiException of(JsonNode error, String call) {
    String message = error.path("data").path("message").asString("");
    String name = className(error);
    IpaiException mapped =
        switch (name) {
          case "odoo.exceptions.AccessDenied", "odoo.http.SessionExpiredException" ->
              refusedLogin();
          case "odoo.exceptions.AccessError" ->
              new IpaiException(
                      ConnectorErrors.FORBIDDEN, "the reading user may not do this: " + call)
                  .hint("give the user read access, or take the model out of streams");
          case "psycopg2.OperationalError" ->
              message.contains("does not exist")
                  ? new IpaiException(DATABASE, "the server has no such database")
                      .hint("check connection.database")
                  : failed(name, call);
          case "odoo.exceptions.ValidationError",
              "odoo.exceptions.MissingError",
              "psycopg2.errors.NotNullViolation",
              "psycopg2.errors.CheckViolation",
              "psycopg2.errors.UniqueViolation",
              "psycopg2.errors.ForeignKeyViolation" ->
              new IpaiException(
                      ConnectorErrors.TARGET_REFUSED, "Odoo refused these values: " + call)
                  .hint("Odoo's own form says more when the same values are typed in");
          case "odoo.exceptions.UserError" -> userError(message, call);
          case "builtins.ValueError" ->
              message.startsWith("Invalid field")
                  ? new IpaiException(FIELD, "a field is not known: " + call)
                      .hint("check fields and filter of the stream")
                  : failed(name, call);
          default -> failed(name, call);
        };
    return mapped.fact("call", call).fact("class", name);
  }

  /** The same failure, of a call that changes something and was sent once. */
  static IpaiException ofChange(IpaiException e, String call) {
    if (e.code().equals(ConnectorErrors.UNREACHABLE) || e.code().equals(ConnectorErrors.ANSWER)) {
      return new IpaiException(
              ConnectorErrors.OUTCOME_UNKNOWN, "the answer to " + call + " was lost", e)
          .hint("look the record up before anything is sent again");
    }
    return e;
  }

  static IpaiException refusedLogin() {
    return new IpaiException(ConnectorErrors.REFUSED_LOGIN, "Odoo refused login or key")
        .hint("check connection.login and the secret; an API key takes the password's place");
  }

  private static IpaiException userError(String message, String call) {
    if (message.startsWith("Invalid language code")) {
      return new IpaiException(LANGUAGE, "the language is not installed in Odoo")
          .hint("set connection.language to an installed one, such as en_US");
    }
    if (message.startsWith("Object ") && message.endsWith("doesn't exist")) {
      return new IpaiException(
              ConnectorErrors.STREAM_NOT_FOUND, "the server has no such model: " + call)
          .hint("install the module in Odoo, or take the model out of streams");
    }
    return failed("odoo.exceptions.UserError", call);
  }

  private static IpaiException failed(String name, String call) {
    return new IpaiException(
            ConnectorErrors.SOURCE_FAILED, "Odoo failed with " + name + ": " + call)
        .hint("Odoo's own log has the traceback");
  }

  private static String className(JsonNode error) {
    return error.path("data").path("name").asString("");
  }
}
