package ai.ipai.governance.audit.seal;

import ai.ipai.postgres.login.MasterKey;
import com.google.crypto.tink.subtle.Ed25519Sign;
import java.security.GeneralSecurityException;

/**
 * Signs seals and checkpoints. Derived from the master key, so an operator of the database does not
 * hold it.
 */
public final class SealKey {
  private static final String LABEL = "audit: seal: ed25519";
  private final Ed25519Sign signer;
  private final SealPublicKey publicKey;

  private SealKey(byte[] seed) {
    try {
      Ed25519Sign.KeyPair pair = Ed25519Sign.KeyPair.newKeyPairFromSeed(seed);
      this.signer = new Ed25519Sign(pair.getPrivateKey());
      this.publicKey = SealPublicKey.of(pair.getPublicKey());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static SealKey of(MasterKey master) {
    return new SealKey(master.derive(LABEL, 32));
  }

  public SealPublicKey publicKey() {
    return publicKey;
  }

  byte[] sign(byte[] message) {
    try {
      return signer.sign(message);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return "SealKey[" + publicKey.id() + "]";
  }
}
