package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.error.IpaiException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The API keys of the reading user. Odoo does not tell which of them a call was made with, so all
 * are watched. Renewing is what Odoo 19 offers for keys ({@code res.users.apikeys}, {@code
 * generate} and {@code revoke}): for administrators, or where the server's setting allows it to
 * everybody.
 */
final class ApiKeys {
  private static final String MODEL = "res.users.apikeys";
  private static final Duration SOON = Duration.ofDays(14);
  private static final Duration OLD = Duration.ofDays(180);
  private static final Duration LIFE = Duration.ofDays(90);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final OdooApi api;

  ApiKeys(OdooApi api) {
    this.api = api;
  }

  /** Keys that end soon, and keys that are old; none where Odoo does not show them. */
  List<Finding> findings(Instant now) {
    JsonNode keys;
    try {
      JsonNode fields =
          api.call(MODEL, "fields_get", List.of(), Map.of("attributes", List.of("type")));
      List<String> asked = new ArrayList<>(List.of("name", "create_date"));
      if (fields.has("expiration_date")) {
        asked.add("expiration_date");
      }
      keys =
          api.call(
              MODEL,
              "search_read",
              List.of(List.of(List.of("user_id", "=", api.userId())), asked),
              Map.of("order", "id"));
    } catch (IpaiException e) {
      // Versions and rights differ; a key that cannot be seen is no fault.
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode key : keys) {
      judged(key, now, findings);
    }
    return findings;
  }

  private static void judged(JsonNode key, Instant now, List<Finding> findings) {
    String name = key.path("name").asString("");
    @Nullable Instant end = time(key.path("expiration_date"));
    @Nullable Instant made = time(key.path("create_date"));
    if (end != null) {
      long days = ChronoUnit.DAYS.between(now, end);
      if (end.isAfter(now) && end.isBefore(now.plus(SOON))) {
        findings.add(
            Finding.warning(
                "the API key \"%s\" of this user ends in %d days".formatted(name, days),
                "renew it: ./ipai secret renew NAME connector:… (Odoo 19 and later), or make a"
                    + " new one in Odoo and ./ipai secret rotate NAME"));
      }
    } else if (made != null && made.isBefore(now.minus(OLD))) {
      findings.add(
          Finding.warning(
              "the API key \"%s\" of this user is %d days old"
                  .formatted(name, ChronoUnit.DAYS.between(made, now)),
              "make a new one in Odoo, ./ipai secret rotate NAME, and delete the old one"));
    }
  }

  private static @Nullable Instant time(JsonNode node) {
    if (!node.isString()) {
      return null;
    }
    try {
      return LocalDateTime.parse(node.stringValue(), TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** A new key for the old one; the secret has to resolve to it once it is stored. */
  Instant renew(String connector, Supplier<String> secret, Instant now, Consumer<String> store) {
    String old = secret.get();
    Instant end = now.plus(LIFE).truncatedTo(ChronoUnit.SECONDS);
    JsonNode made = generated(connector, old, now, end);
    if (!made.isString() || made.stringValue().isBlank()) {
      throw refused(null);
    }
    store.accept(made.stringValue());
    if (!secret.get().equals(made.stringValue())) {
      throw new IllegalStateException("the secret was not stored");
    }
    // With the new key from here on: had it no power, the old one would stay.
    api.call("res.users", "context_get", List.of(), Map.of());
    api.change(MODEL, "revoke", List.of(), Map.of("key", old));
    return end;
  }

  private JsonNode generated(String connector, String old, Instant now, Instant end) {
    String name =
        "ipai " + connector + " " + now.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    try {
      return api.change(
          MODEL,
          "generate",
          List.of(),
          Map.of(
              "key",
              old,
              "scope",
              "rpc",
              "name",
              name,
              "expiration_date",
              TIME.format(end.atOffset(ZoneOffset.UTC))));
    } catch (IpaiException e) {
      if (e.code().equals(ConnectorErrors.OUTCOME_UNKNOWN)
          || e.code().equals(ConnectorErrors.REFUSED_LOGIN)
          || e.code().equals(ConnectorErrors.UNREACHABLE)) {
        throw e;
      }
      throw refused(e);
    }
  }

  private static IpaiException refused(@Nullable IpaiException cause) {
    return new IpaiException(
            OdooErrors.NO_RENEWAL, "this Odoo gives no new key for this user and key", cause)
        .hint(
            "Odoo 19 and later do, to administrators or with base.enable_programmatic_api_keys;"
                + " else make one at Preferences, Account Security, and ./ipai secret rotate NAME");
  }
}
