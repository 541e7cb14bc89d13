package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Json;
import ai.ipai.spi.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Signs people in who prove at an OpenID Connect provider who they are. State, nonce and verifier
 * are of one browser and count once; a mailbox is believed only where the provider stands for it.
 */
final class ProviderSignIn implements AutoCloseable {
  private static final Duration AWAY = Duration.ofMinutes(10);
  private static final int RANDOM_BYTES = 32;

  private final AuthParts parts;
  private final ProviderClient client;
  private final IdentityProvider provider;
  private final SecureRandom random = new SecureRandom();

  /** Where to send the browser, and what it has to bring back beside the state. */
  record Departure(String address, String browserKey) {}

  /** How it ended. */
  record Arrival(String destination, Verification.Result result) {}

  /** What was noted when the browser left. */
  record Noted(
      String destination, String nonce, String verifier, String browserHash, Optional<UUID> flow) {}

  ProviderSignIn(AuthParts parts, IdentityProvider provider, Clock clock) {
    this.parts = parts;
    this.provider = provider;
    this.client = new ProviderClient(provider, clock);
  }

  Departure depart(
      String name,
      String destination,
      String scopes,
      Optional<FlowStore.Challenge> challenge,
      SignIn.Origin origin)
      throws SQLException {
    if (!provider.name().equals(name)) {
      throw AuthFaults.invalid("Unsupported provider: provider is not enabled");
    }
    parts.attempts().admit(Attempts.Limit.ADDRESS_AWAY, origin.clientAddress());
    ProviderClient.Description description = client.describe();
    String state = text();
    String nonce = text();
    String verifier = text();
    String browserKey = text();
    parts.write(
        origin,
        connection -> {
          Map<String, Object> payload = new LinkedHashMap<>();
          payload.put("destination", destination);
          payload.put("nonce", nonce);
          payload.put("verifier", verifier);
          payload.put("browser", Sha256.hex(browserKey));
          if (challenge.isPresent()) {
            UUID flow = parts.flows().begin(connection, challenge.get(), name, "oauth");
            payload.put("flow", flow.toString());
          }
          AccountWriter.update(
              connection, "delete from ipai.sign_in_flow where expires_at < now()");
          return AccountWriter.update(
              connection,
              """
              insert into ipai.sign_in_flow (state_hash, payload, expires_at)
              values (?, ?::jsonb, now() + make_interval(secs => ?))
              """,
              Sha256.of(state.getBytes(StandardCharsets.UTF_8)),
              Json.text(payload),
              AWAY.toSeconds());
        });
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", provider.clientId());
    query.put("redirect_uri", callback());
    query.put("scope", ("openid email profile " + scopes).strip());
    query.put("state", state);
    query.put("nonce", nonce);
    query.put("code_challenge", FlowStore.s256(verifier));
    query.put("code_challenge_method", "S256");
    StringBuilder address = new StringBuilder(description.authorization().toString());
    query.forEach(
        (key, value) ->
            address
                .append(address.indexOf("?") < 0 ? '?' : '&')
                .append(key)
                .append('=')
                .append(ProofMail.encoded(value)));
    return new Departure(address.toString(), browserKey);
  }

  private String text() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String callback() {
    return parts.rules().apiUrl().get() + "/auth/v1/callback";
  }

  /** What was noted for this browser and this state; taken out, so that it counts once. */
  Optional<Noted> noted(String state, String browserKey, SignIn.Origin origin) throws SQLException {
    parts.attempts().admit(Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
    return parts
        .write(origin, connection -> take(connection, state))
        .filter(
            noted ->
                MessageDigest.isEqual(
                    noted.browserHash().getBytes(StandardCharsets.US_ASCII),
                    Sha256.hex(browserKey).getBytes(StandardCharsets.US_ASCII)));
  }

  private static Optional<Noted> take(Connection connection, String state) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            delete from ipai.sign_in_flow where state_hash = ?
            returning payload::text, expires_at > now()
            """)) {
      statement.setBytes(1, Sha256.of(state.getBytes(StandardCharsets.UTF_8)));
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || !row.getBoolean(2)) {
          return Optional.empty();
        }
        JsonNode payload = Json.read(row.getString(1));
        return Optional.of(
            new Noted(
                payload.path("destination").asString(""),
                payload.path("nonce").asString(""),
                payload.path("verifier").asString(""),
                payload.path("browser").asString(""),
                SignIn.uuid(payload.path("flow").asString(""))));
      }
    }
  }

  /** The person of the provider's code, signed in. */
  Verification.Result arrive(Noted noted, String code, SignIn.Origin origin) throws SQLException {
    ProviderClient.Person person =
        client.exchange(code, noted.verifier(), noted.nonce(), callback());
    return parts.write(
        origin,
        connection -> {
          UUID id = account(connection, person, origin);
          Attempts.undo(connection, Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
          note(connection, id, person);
          parts.allowed(connection, origin, "auth.sign_in", id, "provider:" + provider.name());
          if (noted.flow().isPresent()) {
            return new Verification.Result.Code(
                parts
                    .flows()
                    .issueCode(connection, noted.flow().get(), id)
                    .orElseThrow(AuthFaults::proofExpired));
          }
          Account account =
              AccountStore.find(connection, id)
                  .orElseThrow(() -> AuthFaults.forbidden("user_banned", "User is banned"));
          return new Verification.Result.SignedIn(
              parts.sessions().begin(connection, account, "oauth", origin));
        });
  }

  private UUID account(Connection connection, ProviderClient.Person person, SignIn.Origin origin)
      throws SQLException {
    Optional<UUID> known = identity(connection, person.subject());
    if (known.isPresent()) {
      return AccountStore.find(connection, known.get())
          .map(Account::id)
          .orElseThrow(() -> AuthFaults.forbidden("user_banned", "User is banned"));
    }
    if (person.email().isEmpty() || !person.isEmailVerified()) {
      parts.denied(origin, "auth.sign_in", "anonymous", "email_unverified");
      throw AuthFaults.forbidden(
          "provider_email_needs_verification",
          "The provider does not stand for the email address of this account");
    }
    String email = AccountWriter.checkedEmail(person.email());
    Optional<AccountStore.Credentials> same = AccountStore.findByEmail(connection, email);
    if (same.isPresent()) {
      UUID id = same.get().account().id();
      AccountWriter.confirm(connection, id, false);
      return id;
    }
    if (!parts.rules().signUp()) {
      parts.denied(origin, "auth.sign_up", "anonymous", "disabled");
      throw AuthFaults.refused("signup_disabled", "Signups not allowed for this instance");
    }
    return AccountWriter.insert(
        connection,
        new AccountWriter.NewAccount(
            Optional.empty(),
            email,
            null,
            true,
            false,
            "authenticated",
            Json.text(Map.of("provider", provider.name(), "providers", new String[0])),
            Json.text(profile(person))));
  }

  private Optional<UUID> identity(Connection connection, String subject) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select user_id from auth.identities where provider = ? and provider_id = ?")) {
      statement.setString(1, provider.name());
      statement.setString(2, subject);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
      }
    }
  }

  private static Map<String, Object> profile(ProviderClient.Person person) {
    Map<String, Object> profile = new LinkedHashMap<>();
    for (String name : new String[] {"name", "preferred_username", "picture"}) {
      String value = person.claims().path(name).asString("");
      if (!value.isEmpty() && value.length() <= 500) {
        profile.put(name, value);
      }
    }
    profile.put("email", person.email());
    profile.put("email_verified", person.isEmailVerified());
    return profile;
  }

  private void note(Connection connection, UUID id, ProviderClient.Person person)
      throws SQLException {
    Map<String, Object> data = profile(person);
    data.put("sub", person.subject());
    data.put("iss", provider.issuer().toString());
    AccountWriter.update(
        connection,
        """
        insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at)
        values (?, ?, ?::jsonb, ?, now())
        on conflict (provider_id, provider) do update set identity_data = excluded.identity_data,
          last_sign_in_at = now(), updated_at = now()
        """,
        person.subject(),
        id,
        Json.text(data),
        provider.name());
    AccountWriter.update(
        connection,
        """
        update auth.users set raw_app_meta_data = raw_app_meta_data || jsonb_build_object(
          'providers', (select jsonb_agg(distinct i.provider) from auth.identities i
            where i.user_id = users.id))
        where id = ?
        """,
        id);
  }

  @Override
  public void close() {
    client.close();
  }
}
