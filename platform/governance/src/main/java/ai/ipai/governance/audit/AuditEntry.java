package ai.ipai.governance.audit;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded about one action: who, as what role, for whom, did what, to what, decided
 * how. Time, transaction and login are the database's to add. Holds names and counts, never values
 * of rows and never secrets. Text is cut to {@value #MAX_CHARS} characters; an empty text is stored
 * as null.
 *
 * @param principal {@code user:<id>}, {@code agent:<name>}, {@code job:<name>}, {@code
 *     connector:<name>}, {@code role:<name>} or {@code anonymous}
 * @param actingRole the database role that ran it
 * @param action {@code <noun>.<verb>}, such as {@code table.read}, {@code secret.rotate}
 * @param object the securable, such as {@code gold_finance.trial_balance}
 * @param reason a code: which grant allowed it or which rule denied it
 */
public record AuditEntry(
    String requestId,
    String principal,
    String actingRole,
    String onBehalfOf,
    String action,
    String object,
    Decision decision,
    String reason,
    @Nullable Long rowCount,
    @Nullable Long durationMicros,
    String clientAddress,
    Map<String, Object> details) {
  static final int MAX_CHARS = 1000;

  public AuditEntry {
    requestId = AuditText.clean(requestId);
    principal = required("principal", AuditText.clean(principal));
    actingRole = AuditText.clean(actingRole);
    onBehalfOf = AuditText.clean(onBehalfOf);
    action = required("action", AuditText.clean(action));
    object = AuditText.clean(object);
    Objects.requireNonNull(decision);
    reason = required("reason", AuditText.clean(reason));
    clientAddress = AuditText.clean(clientAddress);
    details = AuditText.clean(details);
  }

  /** Begins an entry; {@link Builder#allow} or {@link Builder#deny} and a principal complete it. */
  public static Builder of(String action) {
    return new Builder(action);
  }

  /** The same entry with every text passed through the function, such as a scrubber of secrets. */
  AuditEntry mapTexts(UnaryOperator<String> function) {
    return new AuditEntry(
        function.apply(requestId),
        function.apply(principal),
        function.apply(actingRole),
        function.apply(onBehalfOf),
        function.apply(action),
        function.apply(object),
        decision,
        function.apply(reason),
        rowCount,
        durationMicros,
        function.apply(clientAddress),
        AuditText.map(details, function));
  }

  private static String required(String field, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("an audit entry lacks its " + field);
    }
    return value;
  }

  /** Not safe for threads; use once. */
  public static final class Builder {
    private final String action;
    private final Map<String, Object> details = new LinkedHashMap<>();
    private String requestId = "";
    private String principal = "";
    private String actingRole = "";
    private String onBehalfOf = "";
    private String object = "";
    private Decision decision = Decision.DENY;
    private String reason = "";
    private @Nullable Long rowCount;
    private @Nullable Long durationMicros;
    private String clientAddress = "";

    private Builder(String action) {
      this.action = action;
    }

    public Builder requestId(String value) {
      requestId = value;
      return this;
    }

    public Builder principal(String value) {
      principal = value;
      return this;
    }

    public Builder actingRole(String value) {
      actingRole = value;
      return this;
    }

    public Builder onBehalfOf(String value) {
      onBehalfOf = value;
      return this;
    }

    public Builder object(String value) {
      object = value;
      return this;
    }

    public Builder allow(String reasonCode) {
      decision = Decision.ALLOW;
      reason = reasonCode;
      return this;
    }

    public Builder deny(String reasonCode) {
      decision = Decision.DENY;
      reason = reasonCode;
      return this;
    }

    public Builder rows(long count) {
      rowCount = count;
      return this;
    }

    public Builder duration(Duration elapsed) {
      durationMicros = elapsed.toNanos() / 1000;
      return this;
    }

    public Builder clientAddress(String value) {
      clientAddress = value;
      return this;
    }

    /** Text, number, boolean, or a list or map of those; anything else is stored as its text. */
    public Builder detail(String name, Object value) {
      details.put(name, value);
      return this;
    }

    /** Errors: {@link IllegalArgumentException} without a principal or a decision's reason. */
    public AuditEntry build() {
      return new AuditEntry(
          requestId,
          principal,
          actingRole,
          onBehalfOf,
          action,
          object,
          decision,
          reason,
          rowCount,
          durationMicros,
          clientAddress,
          Collections.unmodifiableMap(details));
    }
  }
}
