package ai.ipai.gateway.rest.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-RESTSPEC-006")
class TokenKeysTest {
  private static final String SECRET = "only-for-tests-only-for-tests-only-for-tests";

  private static JWSObject signed(JWSAlgorithm algorithm, @Nullable String keyId, JWSSigner signer)
      throws JOSEException, ParseException {
    JWSObject token =
        new JWSObject(
            new JWSHeader.Builder(algorithm).keyID(keyId).build(), new Payload("{\"role\":\"a\"}"));
    token.sign(signer);
    return JWSObject.parse(token.serialize());
  }

  @Test
  void aSecretSignsWhetherWrittenPlainOrInBase64() throws Exception {
    JWSObject token = signed(JWSAlgorithm.HS256, null, new MACSigner(SECRET));
    String encoded = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(TokenKeys.of(SECRET, false).haveSigned(token)).isTrue();
    assertThat(TokenKeys.of(encoded, true).haveSigned(token)).isTrue();
    assertThat(TokenKeys.of(SECRET + "x", false).haveSigned(token)).isFalse();
  }

  @Test
  void publicKeysAloneOrInASetCheckWhatTheirPrivateOnesSigned() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).keyID("r").generate();
    ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("e").generate();
    JWSObject byRsa = signed(JWSAlgorithm.RS256, "r", new RSASSASigner(rsa));
    JWSObject byEc = signed(JWSAlgorithm.ES256, null, new ECDSASigner(ec));
    String set = new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK())).toString();
    assertThat(TokenKeys.of(set, false).haveSigned(byRsa)).isTrue();
    assertThat(TokenKeys.of(set, false).haveSigned(byEc)).isTrue();
    TokenKeys alone = TokenKeys.of(rsa.toPublicJWK().toJSONString(), false);
    assertThat(alone.haveSigned(byRsa)).isTrue();
    assertThat(alone.haveSigned(byEc)).isFalse();
  }

  /** The public key is known to all; as a secret it would let anybody sign. */
  @Test
  void aPublicKeyIsNeverTakenForASecret() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).generate();
    String published = rsa.toPublicJWK().toJSONString();
    JWSObject forged = signed(JWSAlgorithm.HS256, null, new MACSigner(published));
    assertThat(TokenKeys.of(published, false).haveSigned(forged)).isFalse();
  }

  @Test
  void aKeyOfAnotherNameIsNotAsked() throws Exception {
    RSAKey rsa = new RSAKeyGenerator(2048).keyID("known").generate();
    JWSObject other = signed(JWSAlgorithm.RS256, "other", new RSASSASigner(rsa));
    assertThat(TokenKeys.of(rsa.toPublicJWK().toJSONString(), false).haveSigned(other)).isFalse();
  }
}
