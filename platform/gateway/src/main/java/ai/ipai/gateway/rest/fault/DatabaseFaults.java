package ai.ipai.gateway.rest.fault;

import ai.ipai.gateway.http.Json;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What PostgreSQL said, as PostgREST tells it, and the status that its SQLSTATE becomes. */
public final class DatabaseFaults {
  private static final String RAISED = "PGRST";

  private DatabaseFaults() {}

  /**
   * A failed statement.
   *
   * @param isAnonymous whether the caller showed no token
   */
  public static RestFault of(SQLException failure, boolean isAnonymous) {
    @Nullable ServerErrorMessage said =
        failure instanceof PSQLException ours ? ours.getServerErrorMessage() : null;
    if (said == null) {
      return new RestFault(
              503, "PGRST001", "Database client error. Retrying the connection.", null, null)
          .header("Retry-After", "1")
          .because(failure);
    }
    String state = Optional.ofNullable(said.getSQLState()).orElse("");
    String message = Optional.ofNullable(said.getMessage()).orElse("");
    if (state.equals(RAISED)) {
      return raised(message, said.getDetail());
    }
    int status = status(state, message, isAnonymous);
    RestFault fault =
        new RestFault(status, state, message, said.getDetail(), said.getHint()).because(failure);
    return status == 401 ? fault.header("WWW-Authenticate", "Bearer") : fault;
  }

  private static int status(String state, String message, boolean isAnonymous) {
    return switch (state) {
      case "23503", "23505" -> 409;
      case "25006" -> 405;
      case "21000" -> message.endsWith("requires a WHERE clause") ? 400 : 500;
      case "22023" -> message.startsWith("role") && message.endsWith("does not exist") ? 401 : 400;
      case "53400" -> 500;
      case "57P01" -> 503;
      case "P0001" -> 400;
      case "42883" -> message.startsWith("function xmlagg(") ? 406 : 404;
      case "42P01" -> 404;
      case "42P17" -> 500;
      case "42501" -> isAnonymous ? 401 : 403;
      default -> state.length() == 5 ? ofClass(state) : 400;
    };
  }

  private static int ofClass(String state) {
    return switch (state.substring(0, 2)) {
      case "08", "53" -> 503;
      case "0L", "0P", "28" -> 403;
      case "09",
          "25",
          "2D",
          "38",
          "39",
          "3B",
          "40",
          "54",
          "55",
          "57",
          "58",
          "F0",
          "HV",
          "P0",
          "XX" ->
          500;
      case "PT" -> number(state.substring(2));
      default -> 400;
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 500;
    }
  }

  /** A function took the whole answer into its hands: {@code RAISE SQLSTATE 'PGRST'}. */
  private static RestFault raised(String message, @Nullable String detail) {
    JsonNode said = read(message);
    if (said == null || !said.path("code").isString() || !said.path("message").isString()) {
      return unreadable(
          "Invalid JSON value for MESSAGE: '" + message + "'",
          "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional"
              + " keys: 'details', 'hint'.");
    }
    String hint =
        "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key:"
            + " 'status_text'.";
    if (detail == null) {
      return unreadable("DETAIL is missing in the RAISE statement", hint);
    }
    JsonNode how = read(detail);
    if (how == null || !how.path("status").isIntegralNumber() || !how.path("headers").isObject()) {
      return unreadable("Invalid JSON value for DETAIL: '" + detail + "'", hint);
    }
    RestFault fault =
        new RestFault(
            how.path("status").intValue(),
            said.path("code").stringValue(),
            said.path("message").stringValue(),
            text(said, "details"),
            text(said, "hint"));
    how.path("headers")
        .properties()
        .forEach(
            header -> {
              if (header.getValue().isString()) {
                fault.header(header.getKey(), header.getValue().stringValue());
              }
            });
    return fault;
  }

  private static RestFault unreadable(String details, String hint) {
    return new RestFault(
        500,
        "PGRST121",
        "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
        details,
        hint);
  }

  private static @Nullable JsonNode read(String text) {
    try {
      JsonNode value = Json.read(text);
      return value.isObject() ? value : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? value.stringValue() : null;
  }
}
