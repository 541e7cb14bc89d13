package ai.ipai.postgres.login;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.embedded.PrivateFile;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The one secret that an installation keeps outside the database: 32 random bytes. Everything else
 * (passwords of the logins, keys of the vault) derives from it by HKDF-SHA256 under a label.
 * Immutable and safe for threads.
 */
public final class MasterKey {
  public static final String VARIABLE = "IPAI_MASTER_KEY";
  public static final String FILE = "master.key";
  private static final int BYTES = 32;
  private static final byte[] SALT =
      "ipai master key v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final byte[] secret;

  private MasterKey(byte[] secret) {
    this.secret = secret;
  }

  public static MasterKey of(byte[] secret) {
    if (secret.length != BYTES) {
      throw invalid("it has " + secret.length + " bytes, not 32");
    }
    return new MasterKey(secret.clone());
  }

  public static MasterKey generate() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new MasterKey(secret);
  }

  /** Hexadecimal (64 digits) or base64, plain or URL-safe. Errors: {@code PG-030}. */
  public static MasterKey parse(String text) {
    String stripped = text.strip();
    try {
      if (stripped.matches("[0-9a-fA-F]{64}")) {
        return of(HexFormat.of().parseHex(stripped));
      }
      return of(Base64.getDecoder().decode(stripped.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException neither) {
      throw invalid("it is neither hexadecimal nor base64");
    }
  }

  /**
   * From {@code IPAI_MASTER_KEY} where it is set, else from {@code master.key} in the data folder,
   * else a new one, written there with mode 0600. Errors: {@code PG-030} malformed, {@code PG-031}
   * a file that others can read.
   */
  public static MasterKey loadOrCreate(Path dataDir, Map<String, String> environment) {
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      return parse(variable);
    }
    Path file = dataDir.resolve(FILE);
    if (!Files.exists(file)) {
      MasterKey created = generate();
      if (PrivateFile.createOnce(file, created.encoded() + "\n")) {
        return created;
      }
    }
    return read(file);
  }

  private static MasterKey read(Path file) {
    if (PrivateFile.isReadableByOthers(file)) {
      throw new IpaiException(
              PostgresErrors.MASTER_KEY_EXPOSED,
              "The master key file can be read by other users of this machine.")
          .fact("file", file)
          .hint("chmod 600 " + file + ", then rotate what it protects: ipai doctor says how.");
    }
    try {
      return parse(PrivateFile.read(file));
    } catch (IpaiException malformed) {
      throw malformed.fact("file", file);
    }
  }

  /** Bytes for one purpose; the same label gives the same bytes. Labels are ours, never input. */
  public byte[] derive(String label, int bytes) {
    try {
      HKDFParameterSpec parameters =
          HKDFParameterSpec.ofExtract()
              .addIKM(secret)
              .addSalt(SALT)
              .thenExpand(label.getBytes(java.nio.charset.StandardCharsets.UTF_8), bytes);
      return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("the JDK has HKDF-SHA256 since 25", absent);
    }
  }

  /** The password of a login: label {@code login:<role>}, 24 bytes, base64url. */
  public String password(Login login) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(derive("login:" + login.role(), 24));
  }

  /** Base64, for the file or a secret store. Never print it. */
  public String encoded() {
    return Base64.getEncoder().encodeToString(secret);
  }

  private static IpaiException invalid(String reason) {
    return new IpaiException(
            PostgresErrors.MASTER_KEY_INVALID, "The master key cannot be used: " + reason + ".")
        .hint("It is 32 random bytes, as `openssl rand -base64 32` prints them.");
  }

  @Override
  public String toString() {
    return "MasterKey[hidden]";
  }
}
