package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretMetadata;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Vault;
import ai.ipai.governance.vault.VaultErrors;
import ai.ipai.spi.error.IpaiException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The installation's own ES256 keys. They stand in the vault as one key set: the first signs, the
 * others are still accepted. Servers of one installation read them again when a token names a key
 * that they do not know, so a key that another server made counts at once, and every minute, so
 * that one that was taken away ends. Safe for many threads.
 */
public final class KeyRing implements SigningKeys {
  public static final SecretRef SECRET = SecretRef.parse("secret://auth/signing_keys");
  private static final SecretUser USER = new SecretUser(SecretUser.Kind.APP, "gateway");

  /** Who makes and rotates the keys when nobody else did. */
  private static final SecretActor ITSELF =
      SecretActor.of("role:ipai_server", "ipai_platform_admin");

  /** Keys that no longer sign but are accepted. */
  private static final int MAX_FORMER = 2;

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /** How long a key that another process rotated away may still sign and count here. */
  private static final Duration FRESH = Duration.ofMinutes(1);

  private final Vault vault;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile List<ECKey> keys;
  private volatile long readAtNanos = System.nanoTime();

  private KeyRing(Vault vault, List<ECKey> keys) {
    this.vault = vault;
    this.keys = keys;
  }

  /** Reads the keys of the installation; makes the first one where there is none. */
  public static KeyRing open(Vault vault) {
    if (!isThere(vault)) {
      make(vault);
    }
    return new KeyRing(vault, read(vault));
  }

  private static boolean isThere(Vault vault) {
    return vault.list().stream().anyMatch(s -> s.ref().equals(SECRET) && !s.isLost());
  }

  private static void make(Vault vault) {
    try {
      vault.put(ITSELF, SECRET, text(List.of(newKey())), "Keys that sign access tokens (ES256)");
      vault.grant(ITSELF, SECRET, USER);
    } catch (IpaiException e) {
      if (!e.code().equals(VaultErrors.ALREADY_EXISTS)) {
        throw e;
      }
      awaitGrant(vault); // another server was faster; it may be about to grant
    }
  }

  private static void awaitGrant(Vault vault) {
    long until = System.nanoTime() + ASK_AGAIN.toNanos();
    while (System.nanoTime() < until) {
      Optional<SecretMetadata> found =
          vault.list().stream().filter(s -> s.ref().equals(SECRET)).findFirst();
      if (found.isPresent() && found.get().users().contains(USER)) {
        return;
      }
      Thread.onSpinWait();
    }
    vault.grant(ITSELF, SECRET, USER);
  }

  /**
   * A new key signs from now on, in servers that run within a minute; tokens of the keys before
   * stay good until they expire, unless those are forgotten.
   *
   * @param forgetsFormer no token of another key counts from then on
   * @return the new key's id
   */
  public static String rotate(Vault vault, SecretActor actor, boolean forgetsFormer) {
    if (!isThere(vault)) {
      make(vault);
    }
    List<ECKey> rotated = new ArrayList<>();
    rotated.add(newKey());
    if (!forgetsFormer) {
      read(vault).stream().limit(MAX_FORMER).map(ECKey::toPublicJWK).forEach(rotated::add);
    }
    vault.rotate(actor, SECRET, text(rotated));
    return rotated.getFirst().getKeyID();
  }

  /** Ids of the keys, the signing one first; empty where none was made yet. */
  public static List<String> ids(Vault vault) {
    return isThere(vault) ? read(vault).stream().map(ECKey::getKeyID).toList() : List.of();
  }

  private static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static SecretValue text(List<ECKey> keys) {
    return SecretValue.of(new JWKSet(new ArrayList<JWK>(keys)).toString(false));
  }

  private static List<ECKey> read(Vault vault) {
    try {
      List<ECKey> read = new ArrayList<>();
      for (JWK key : JWKSet.parse(vault.resolve(USER, SECRET).reveal()).getKeys()) {
        if (key instanceof ECKey curve && Curve.P_256.equals(curve.getCurve())) {
          read.add(curve);
        }
      }
      if (!read.isEmpty() && read.getFirst().isPrivate()) {
        return List.copyOf(read);
      }
    } catch (ParseException e) {
      throw unusable(e);
    }
    throw unusable(null);
  }

  private static IpaiException unusable(@Nullable Exception cause) {
    return new IpaiException(
            GatewayErrors.TOKEN_SETTINGS_INVALID, "the keys that sign tokens are not usable", cause)
        .fact("secret", SECRET)
        .hint("Make new ones: ./ipai secret delete auth/signing_keys, and start again.");
  }

  /** Reads them again where that was long ago; one thread does, the others go on. */
  private void refresh() {
    if (System.nanoTime() - readAtNanos > FRESH.toNanos() && reading.tryLock()) {
      try {
        readAgain();
      } finally {
        reading.unlock();
      }
    }
  }

  /** Reads the keys again, at most every five seconds. */
  private void readAgain() {
    reading.lock();
    try {
      if (System.nanoTime() - readAtNanos < ASK_AGAIN.toNanos()) {
        return;
      }
      readAtNanos = System.nanoTime();
      keys = read(vault);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public boolean signed(JWSObject token) {
    String id = token.getHeader().getKeyID();
    if (id == null || !JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())) {
      return false;
    }
    refresh();
    Optional<ECKey> key = find(id);
    if (key.isEmpty() && looksLikeOurs(id)) {
      readAgain();
      key = find(id);
    }
    try {
      return key.isPresent() && token.verify(new ECDSAVerifier(key.get()));
    } catch (JOSEException e) {
      return false;
    }
  }

  /** A thumbprint in base64url: whatever else a token names is not looked for. */
  private static boolean looksLikeOurs(String id) {
    return id.length() == 43
        && id.chars()
            .allMatch(c -> c == '-' || c == '_' || (c < 128 && Character.isLetterOrDigit(c)));
  }

  private Optional<ECKey> find(String id) {
    return keys.stream().filter(key -> id.equals(key.getKeyID())).findFirst();
  }

  /** Claims as a signed token in compact form. */
  String sign(Map<String, Object> claims) {
    refresh();
    ECKey key = keys.getFirst();
    try {
      JWSObject token =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(JOSEObjectType.JWT)
                  .keyID(key.getKeyID())
                  .build(),
              new Payload(claims));
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign with ES256", e);
    }
  }

  /** The public halves, for whoever checks our tokens: the value of {@code keys} in a JWKS. */
  public List<Map<String, Object>> published() {
    refresh();
    return keys.stream()
        .map(
            key -> {
              Map<String, Object> published = new java.util.LinkedHashMap<>();
              published.putAll(key.toPublicJWK().toJSONObject());
              published.put("key_ops", List.of("verify"));
              return published;
            })
        .toList();
  }
}
