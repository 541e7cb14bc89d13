package ai.ipai.gateway.auth;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.Password;
import com.password4j.SecureString;
import com.password4j.types.Argon2;
import java.util.concurrent.Semaphore;

/**
 * Argon2id with OWASP's parameters (19 MiB, two passes, one lane); hashes of Supabase Auth, which
 * are bcrypt, are checked as well. A few at a time, since each takes memory.
 */
public final class PasswordHasher {
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int OUTPUT_BYTES = 32;
  private static final int SALT_BYTES = 16;
  private static final int AT_A_TIME = 4;

  private final Argon2Function argon2 =
      Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, OUTPUT_BYTES, Argon2.ID);
  private final Semaphore places = new Semaphore(AT_A_TIME, true);
  private final String nobody = hash("nobody has this password");

  /** In PHC format, with a salt of its own. */
  public String hash(String password) {
    places.acquireUninterruptibly();
    try {
      return Password.hash(new SecureString(password.toCharArray()))
          .addRandomSalt(SALT_BYTES)
          .with(argon2)
          .getResult();
    } finally {
      places.release();
    }
  }

  /** Whether the password made the hash; hashes of other kinds match nothing. */
  public boolean matches(String password, String hash) {
    places.acquireUninterruptibly();
    try {
      var check = Password.check(new SecureString(password.toCharArray()), hash);
      if (hash.startsWith("$argon2id$")) {
        return check.with(Argon2Function.getInstanceFromHash(hash));
      }
      if (hash.startsWith("$2")) {
        return check.with(BcryptFunction.getInstanceFromHash(hash));
      }
      return matchesNobody(password);
    } catch (RuntimeException e) {
      return false;
    } finally {
      places.release();
    }
  }

  /** Takes as long as a real check and says no: an unknown account is not told by the clock. */
  public boolean matchesNobody(String password) {
    Password.check(new SecureString(password.toCharArray()), nobody).with(argon2);
    return false;
  }
}
