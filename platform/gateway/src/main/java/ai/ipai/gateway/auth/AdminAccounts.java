package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.token.TokenSettings;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the holder of the service key does to anybody's account. Audited. */
final class AdminAccounts {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(h|m|s)");

  private final AuthParts parts;

  AdminAccounts(AuthParts parts) {
    this.parts = parts;
  }

  static IpaiException absent() {
    return AuthFaults.absent("user_not_found", "User not found");
  }

  Account create(JsonNode body, SignIn.Origin origin) throws SQLException {
    String email = AccountWriter.checkedEmail(AuthBody.required(body, "email"));
    Optional<String> hash = hash(body);
    AccountWriter.NewAccount account =
        new AccountWriter.NewAccount(
            AuthBody.text(body, "id").isEmpty()
                ? Optional.empty()
                : SignIn.uuid(AuthBody.text(body, "id")),
            email,
            hash.orElse(null),
            body.path("email_confirm").asBoolean(false) || parts.rules().autoConfirm(),
            false,
            role(body).orElse("authenticated"),
            appMetadata(body),
            json(body, "user_metadata"));
    return parts.write(
        origin,
        connection -> {
          UUID id = AccountWriter.insert(connection, account);
          ban(connection, id, body);
          allowed(connection, origin, "auth.admin_create", id);
          return AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent);
        });
  }

  private void allowed(Connection connection, SignIn.Origin origin, String action, UUID id)
      throws SQLException {
    parts
        .audit()
        .record(
            connection,
            SignIn.entry(action, "role:service_role", origin)
                .object("user:" + id)
                .allow("service_role")
                .build());
  }

  private static String appMetadata(JsonNode body) {
    ObjectNode metadata =
        (ObjectNode) Json.read("{\"provider\":\"email\",\"providers\":[\"email\"]}");
    body.path("app_metadata").properties().forEach(e -> metadata.set(e.getKey(), e.getValue()));
    return Json.text(metadata);
  }

  private static String json(JsonNode body, String name) {
    return body.path(name).isObject() ? Json.text(body.path(name)) : "{}";
  }

  private Optional<String> hash(JsonNode body) {
    String given = AuthBody.text(body, "password_hash");
    if (!given.isEmpty()) {
      if (!PasswordHasher.isAffordable(given)) {
        throw AuthFaults.invalid(
            "password_hash is neither bcrypt nor Argon2id, or too dear to check");
      }
      return Optional.of(given);
    }
    String password = AuthBody.text(body, "password");
    return password.isEmpty()
        ? Optional.empty()
        : Optional.of(parts.hasher().hash(AuthRules.checkedPassword(password)));
  }

  private static Optional<String> role(JsonNode body) {
    String role = AuthBody.text(body, "role");
    if (role.isEmpty()) {
      return Optional.empty();
    }
    if (!TokenSettings.DATABASE_ROLES.contains(role)) {
      throw AuthFaults.invalid("role is anon, authenticated or service_role");
    }
    return Optional.of(role);
  }

  private static Optional<Duration> banDuration(JsonNode body) {
    String text = AuthBody.text(body, "ban_duration");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.equals("none")) {
      return Optional.of(Duration.ZERO);
    }
    Duration total = Duration.ZERO;
    Matcher spans = SPAN.matcher(text);
    int end = 0;
    while (spans.find() && spans.start() == end) {
      long count = Long.parseLong(spans.group(1));
      total =
          total.plus(
              switch (spans.group(2)) {
                case "h" -> Duration.ofHours(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofSeconds(count);
              });
      end = spans.end();
    }
    if (end != text.length() || total.compareTo(Duration.ofDays(36_500)) > 0) {
      throw AuthFaults.invalid("invalid format for ban_duration, such as 24h or none");
    }
    return Optional.of(total);
  }

  /** Whoever is banned is out at once. */
  private void ban(Connection connection, UUID id, JsonNode body) throws SQLException {
    Optional<Duration> duration = banDuration(body);
    if (duration.isPresent()) {
      AccountWriter.ban(connection, id, duration.get());
      if (!duration.get().isZero()) {
        endAll(connection, id);
      }
    }
  }

  private void endAll(Connection connection, UUID id) throws SQLException {
    parts.sessions().end(connection, id, Optional.empty(), Sessions.Scope.GLOBAL);
  }

  /**
   * Changes what the body names. A new password, a ban, other platform roles and another database
   * role end the account's sessions, since their tokens say what is no longer so.
   */
  Account update(UUID id, JsonNode body, SignIn.Origin origin) throws SQLException {
    Optional<String> hash = hash(body);
    String email = AuthBody.text(body, "email");
    Optional<String> role = role(body);
    return parts.write(
        origin,
        connection -> {
          Account before = AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent);
          boolean confirms = body.path("email_confirm").asBoolean(false);
          if (!email.isEmpty()) {
            AccountWriter.setEmail(connection, id, AccountWriter.checkedEmail(email), confirms);
          }
          if (confirms) {
            AccountWriter.confirm(connection, id, true);
          }
          if (hash.isPresent()) {
            AccountWriter.setPassword(connection, id, hash.get());
            AccountWriter.voidProofs(connection, id);
          }
          if (role.isPresent()) {
            AccountWriter.setRole(connection, id, role.get());
          }
          if (body.path("user_metadata").isObject()) {
            AccountWriter.mergeUserMetadata(connection, id, json(body, "user_metadata"));
          }
          if (body.path("app_metadata").isObject()) {
            AccountWriter.mergeAppMetadata(connection, id, json(body, "app_metadata"));
          }
          ban(connection, id, body);
          Account after = AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent);
          if (hash.isPresent() || otherRights(before, after)) {
            endAll(connection, id);
          }
          allowed(connection, origin, "auth.admin_update", id);
          return AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent);
        });
  }

  private static boolean otherRights(Account before, Account after) {
    return !before.databaseRole().equals(after.databaseRole())
        || !before.appMetadata().path("ipai_roles").equals(after.appMetadata().path("ipai_roles"));
  }

  void delete(UUID id, boolean keepsRow, SignIn.Origin origin) throws SQLException {
    parts.write(
        origin,
        connection -> {
          if (AccountStore.findAny(connection, id).isEmpty()) {
            throw absent();
          }
          endAll(connection, id);
          AccountWriter.delete(connection, id, keepsRow);
          allowed(connection, origin, "auth.admin_delete", id);
          return id;
        });
  }

  /** An account that has no password yet, and a mail that lets its owner in. */
  Account invite(JsonNode body, String destination, SignIn.Origin origin) throws SQLException {
    parts.mail().require();
    String email = AccountWriter.checkedEmail(AuthBody.required(body, "email"));
    Mailer.Mail[] mail = new Mailer.Mail[1];
    Account invited =
        parts.write(
            origin,
            connection -> {
              UUID id = invited(connection, email, AuthBody.data(body));
              Proof proof =
                  parts
                      .proofs()
                      .issue(connection, id, Proof.Kind.CONFIRMATION, email, Optional.empty());
              mail[0] = parts.mail().mail(email, proof, "invite", destination);
              allowed(connection, origin, "auth.admin_invite", id);
              return AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent);
            });
    parts.mail().later(() -> Optional.of(mail[0]));
    return invited;
  }

  private static UUID invited(Connection connection, String email, JsonNode data)
      throws SQLException {
    Optional<AccountStore.Credentials> known = AccountStore.findByEmail(connection, email);
    if (known.isPresent() && known.get().account().isConfirmed()) {
      throw AuthFaults.emailExists();
    }
    if (known.isPresent()) {
      return known.get().account().id();
    }
    return AccountWriter.insert(
        connection,
        new AccountWriter.NewAccount(
            Optional.empty(),
            email,
            null,
            false,
            true,
            "authenticated",
            "{\"provider\":\"email\",\"providers\":[\"email\"]}",
            Json.text(data)));
  }

  /** What a mail would hold, for servers that write their own mails. */
  Map<String, Object> link(JsonNode body, String destination, SignIn.Origin origin)
      throws SQLException {
    String type = AuthBody.required(body, "type");
    String email = AccountWriter.checkedEmail(AuthBody.required(body, "email"));
    String newEmail = AuthBody.text(body, "new_email");
    Optional<String> hash = hash(body);
    return parts.write(
        origin,
        connection -> {
          Optional<Account> known =
              AccountStore.findByEmail(connection, email).map(AccountStore.Credentials::account);
          UUID id = known.map(Account::id).orElse(null);
          Proof.Kind kind;
          String to = email;
          switch (type) {
            case "signup", "invite" -> {
              if (known.isPresent() && known.get().isConfirmed()) {
                throw AuthFaults.emailExists();
              }
              kind = Proof.Kind.CONFIRMATION;
              if (id == null) {
                id = invited(connection, email, AuthBody.data(body));
              }
              if (type.equals("signup") && hash.isPresent()) {
                AccountWriter.setPassword(connection, id, hash.get());
              }
            }
            case "magiclink", "recovery" -> kind = Proof.Kind.RECOVERY;
            case "email_change_new", "email_change_current" -> {
              boolean isNew = type.equals("email_change_new");
              kind = isNew ? Proof.Kind.EMAIL_CHANGE_NEW : Proof.Kind.EMAIL_CHANGE_CURRENT;
              String checked = AccountWriter.checkedEmail(newEmail);
              to = isNew ? checked : email;
              if (id != null && !known.orElseThrow().newEmail().orElse("").equals(checked)) {
                AccountWriter.wantEmail(connection, id, checked);
              }
            }
            default -> throw AuthFaults.invalid("Invalid email action link type requested");
          }
          if (id == null) {
            throw absent();
          }
          Proof proof = parts.proofs().issue(connection, id, kind, to, Optional.empty());
          allowed(connection, origin, "auth.admin_link", id);
          return linkAnswer(
              AccountStore.findAny(connection, id).orElseThrow(AdminAccounts::absent),
              proof,
              type,
              destination);
        });
  }

  private Map<String, Object> linkAnswer(
      Account account, Proof proof, String type, String destination) {
    String verification = type.startsWith("email_change") ? "email_change" : type;
    Map<String, Object> answer = new LinkedHashMap<>();
    account.json().properties().forEach(e -> answer.put(e.getKey(), e.getValue()));
    answer.put("action_link", parts.mail().link(proof, verification, destination));
    answer.put("email_otp", proof.digits());
    answer.put("hashed_token", proof.token());
    answer.put("verification_type", type);
    answer.put("redirect_to", destination);
    return answer;
  }
}
