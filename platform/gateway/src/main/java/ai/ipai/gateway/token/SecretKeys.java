package ai.ipai.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HS256 with one secret, or several while keys rotate. */
final class SecretKeys implements SigningKeys {
  private final List<JWSVerifier> verifiers = new ArrayList<>();

  SecretKeys(List<String> secrets) {
    for (String secret : secrets) {
      try {
        verifiers.add(new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)));
      } catch (JOSEException e) {
        throw new IllegalArgumentException("not a secret for HS256", e);
      }
    }
  }

  @Override
  public boolean signed(JWSObject token) {
    if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())) {
      return false;
    }
    for (JWSVerifier verifier : verifiers) {
      try {
        if (token.verify(verifier)) {
          return true;
        }
      } catch (JOSEException e) {
        return false;
      }
    }
    return false;
  }
}
