package ai.ipai.gateway.rest.fault;

import ai.ipai.gateway.rest.grammar.SyntaxFault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request as such: {@code PGRST1xx}. */
public final class RequestFaults {
  private RequestFaults() {}

  private static RestFault fault(
      int status, int number, String message, @Nullable Object details, @Nullable String hint) {
    return new RestFault(status, "PGRST" + number, message, details, hint);
  }

  public static RestFault syntax(SyntaxFault fault) {
    return fault(400, 100, fault.place(), fault.reason(), null);
  }

  public static RestFault tooDeep(String parameter) {
    return fault(
        400, 100, "failed to parse " + parameter, "nested more deeply than this takes", null);
  }

  public static RestFault rpcMethod(String method) {
    return fault(405, 101, "Cannot use the " + method + " method on RPC", null, null);
  }

  public static RestFault body(String message) {
    return fault(400, 102, message, null, null);
  }

  public static RestFault negativeLimit() {
    return range("Limit should be greater than or equal to zero.");
  }

  public static RestFault crossedRange() {
    return range(
        "The lower boundary must be lower than or equal to the upper boundary in the Range"
            + " header.");
  }

  public static RestFault outOfBounds(long offset, String total) {
    return range(
        "An offset of " + offset + " was requested, but there are only " + total + " rows.");
  }

  private static RestFault range(String details) {
    return fault(416, 103, "Requested range not satisfiable", details, null);
  }

  public static RestFault putFilters() {
    return fault(
        405,
        105,
        "Filters must include all and only primary key columns with 'eq' operators",
        null,
        null);
  }

  public static RestFault schema(String schema, List<String> exposed) {
    return fault(
        406,
        106,
        "Invalid schema: " + schema,
        null,
        "Only the following schemas are exposed: " + String.join(", ", exposed));
  }

  public static RestFault mediaType(List<String> accepted) {
    return fault(
        406,
        107,
        "None of these media types are available: " + String.join(", ", accepted),
        null,
        null);
  }

  public static RestFault notEmbedded(String name) {
    return fault(
        400,
        108,
        "'" + name + "' is not an embedded resource in this request",
        null,
        "Verify that '" + name + "' is included in the 'select' query parameter.");
  }

  public static RestFault notEmbedded(String name, String alias) {
    return fault(
        400,
        108,
        "'" + name + "' is not an embedded resource in this request",
        "Target names are not allowed in filters if they have an alias",
        "Change '" + name + "' to '" + alias + "' in filters, orders or limits.");
  }

  public static RestFault responseHeaders() {
    return fault(
        500,
        111,
        "response.headers guc must be a JSON array composed of objects with a single key and a"
            + " string value",
        null,
        null);
  }

  public static RestFault responseStatus() {
    return fault(500, 112, "response.status guc must be a valid status code", null, null);
  }

  public static RestFault putLimit() {
    return fault(
        400, 114, "limit/offset querystring parameters are not allowed for PUT", null, null);
  }

  public static RestFault putKey() {
    return fault(400, 115, "Payload values do not match URL in primary key column(s)", null, null);
  }

  public static RestFault notSingle(long rows) {
    return fault(
        406,
        116,
        "Cannot coerce the result to a single JSON object",
        "The result contains " + rows + " rows",
        null);
  }

  public static RestFault method(String method) {
    return fault(405, 117, "Unsupported HTTP method: " + method, null, null);
  }

  public static RestFault relatedOrder(String origin, String target) {
    return fault(
        400,
        118,
        "A related order on '" + target + "' is not possible",
        "'"
            + origin
            + "' and '"
            + target
            + "' do not form a many-to-one or one-to-one relationship",
        null);
  }

  public static RestFault preferences(List<String> invalid) {
    return fault(
        400,
        122,
        "Invalid preferences given with handling=strict",
        "Invalid preferences: " + String.join(", ", invalid),
        null);
  }

  public static RestFault aggregates() {
    return fault(400, 123, "Use of aggregate functions is not allowed", null, null);
  }

  public static RestFault maxAffected(long rows) {
    return fault(
        400,
        124,
        "Query result exceeds max-affected preference constraint",
        "The query affects " + rows + " rows",
        null);
  }

  public static RestFault path() {
    return fault(404, 125, "Invalid path specified in request URL", null, null);
  }

  public static RestFault rootDisabled() {
    return fault(404, 126, "Root endpoint metadata is disabled", null, null);
  }

  public static RestFault notImplemented(String details) {
    return fault(400, 127, "Feature not implemented", details, null);
  }

  public static RestFault maxAffectedOfOne() {
    return fault(
        400,
        128,
        "Function must return SETOF or TABLE when max-affected preference is used with"
            + " handling=strict",
        null,
        null);
  }
}
