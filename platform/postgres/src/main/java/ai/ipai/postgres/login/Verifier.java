package ai.ipai.postgres.login;

import org.postgresql.util.PasswordUtil;

/** What PostgreSQL stores instead of a password, so that no password travels in a statement. */
public final class Verifier {
  private Verifier() {}

  /** SCRAM-SHA-256 with a fresh salt. */
  public static String of(String password) {
    return PasswordUtil.encodeScramSha256(password.toCharArray());
  }
}
