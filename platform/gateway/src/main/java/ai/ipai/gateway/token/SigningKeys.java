package ai.ipai.gateway.token;

import com.nimbusds.jose.JWSObject;

/** Decides whether a signature is good; the token's header has no say in which algorithm counts. */
public interface SigningKeys {
  /** Whether one of the keys made this signature with the one algorithm meant for that key. */
  boolean signed(JWSObject token);
}
