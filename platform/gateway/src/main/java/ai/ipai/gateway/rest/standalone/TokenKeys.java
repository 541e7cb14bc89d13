package ai.ipai.gateway.rest.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;

/**
 * Keys that signatures are checked with: a secret, one JSON Web Key, or a set of them. A token says
 * which algorithm it has; which kind of key that takes is decided here, so that nobody signs with a
 * public key as if it were a secret.
 */
final class TokenKeys {
  private final List<JWK> keys;

  private TokenKeys(List<JWK> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Of the setting {@code PGRST_JWT_SECRET}. */
  static TokenKeys of(String secret, boolean isBase64) {
    String text = secret.strip();
    if (text.startsWith("{")) {
      try {
        return new TokenKeys(
            text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text)));
      } catch (ParseException noKey) {
        // Then it is a secret that looks like one.
      }
    }
    byte[] bytes =
        isBase64
            ? Base64.getDecoder().decode(text.replace('_', '/').replace('-', '+').replace('.', '='))
            : secret.getBytes(StandardCharsets.UTF_8);
    return new TokenKeys(List.of(new OctetSequenceKey.Builder(bytes).build()));
  }

  /** Whether one of them has signed it. */
  boolean haveSigned(JWSObject token) {
    return keys.stream()
        .filter(key -> fits(key, token.getHeader()))
        .anyMatch(key -> signed(key, token));
  }

  private static boolean fits(JWK key, JWSHeader header) {
    JWSAlgorithm algorithm = header.getAlgorithm();
    boolean isOfKind =
        switch (key) {
          case OctetSequenceKey secret -> JWSAlgorithm.Family.HMAC_SHA.contains(algorithm);
          case RSAKey rsa -> JWSAlgorithm.Family.RSA.contains(algorithm);
          case ECKey ec -> JWSAlgorithm.Family.EC.contains(algorithm);
          case OctetKeyPair edwards -> JWSAlgorithm.Family.ED.contains(algorithm);
          default -> false;
        };
    boolean isOfAlgorithm =
        key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm.getName());
    boolean isNamed =
        header.getKeyID() == null
            || key.getKeyID() == null
            || header.getKeyID().equals(key.getKeyID());
    return isOfKind && isOfAlgorithm && isNamed;
  }

  private static boolean signed(JWK key, JWSObject token) {
    try {
      JWSVerifier verifier =
          switch (key) {
            case OctetSequenceKey secret -> new MACVerifier(secret);
            case RSAKey rsa -> new RSASSAVerifier(rsa);
            case ECKey ec -> new ECDSAVerifier(ec);
            case OctetKeyPair edwards -> new Ed25519Verifier(edwards);
            default -> throw new JOSEException("a key of another kind");
          };
      return token.verify(verifier);
    } catch (JOSEException unfit) {
      return false;
    }
  }
}
