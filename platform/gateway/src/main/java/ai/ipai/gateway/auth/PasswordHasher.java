package ai.ipai.gateway.auth;

import com.password4j.Argon2Function;
import com.password4j.BadParametersException;
import com.password4j.BcryptFunction;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Argon2id with OWASP's parameters (19 MiB, two passes, one lane); hashes of Supabase Auth, which
 * are bcrypt, are checked as well. A few at a time, since each takes memory. The text of a hash is
 * written and read here: the library's own depends on the locale of the process.
 */
public final class PasswordHasher {
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int OUTPUT_BYTES = 32;
  private static final int SALT_BYTES = 16;
  private static final int AT_A_TIME = 4;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[abxy]\\$([0-9]{2})\\$[A-Za-z0-9./]{53}");

  /** What a hash from elsewhere may cost: a check of a dearer one would hold up everybody's. */
  private static final int MAX_MEMORY_KIB = 131_072;

  private static final int MAX_PASSES = 10;
  private static final int MAX_LANES = 8;
  private static final int MAX_BCRYPT_COST = 14;

  private final Semaphore places = new Semaphore(AT_A_TIME, true);
  private final SecureRandom random = new SecureRandom();

  /** Random bytes where a hash would stand: as dear to check, and free to make at each start. */
  private final String nobody = phc(randomBytes(SALT_BYTES), randomBytes(OUTPUT_BYTES));

  /** In PHC format, with a salt of its own. */
  public String hash(String password) {
    byte[] salt = randomBytes(SALT_BYTES);
    return phc(salt, argon2(password, salt, MEMORY_KIB, PASSES, LANES, OUTPUT_BYTES));
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String phc(byte[] salt, byte[] output) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%s,t=%s,p=%s$%s$%s"
        .formatted(
            Integer.toString(MEMORY_KIB),
            Integer.toString(PASSES),
            Integer.toString(LANES),
            base64.encodeToString(salt),
            base64.encodeToString(output));
  }

  /** Whether the password made the hash; hashes of other kinds match nothing. */
  public boolean matches(String password, String hash) {
    if (!isAffordable(hash)) {
      return matchesNobody(password);
    }
    Matcher phc = PHC.matcher(hash);
    if (phc.matches()) {
      byte[] expected = Base64.getDecoder().decode(phc.group(5));
      byte[] actual =
          argon2(
              password,
              Base64.getDecoder().decode(phc.group(4)),
              Integer.parseInt(phc.group(1)),
              Integer.parseInt(phc.group(2)),
              Integer.parseInt(phc.group(3)),
              expected.length);
      return MessageDigest.isEqual(expected, actual);
    }
    return matchesBcrypt(password, hash);
  }

  /** Whether a hash is of a kind that is checked here, at a cost that is borne. */
  static boolean isAffordable(String hash) {
    Matcher bcrypt = BCRYPT.matcher(hash);
    if (bcrypt.matches()) {
      int cost = Integer.parseInt(bcrypt.group(1));
      return cost >= 4 && cost <= MAX_BCRYPT_COST;
    }
    Matcher phc = PHC.matcher(hash);
    return phc.matches()
        && isBetween(phc.group(1), 8 * Integer.parseInt(phc.group(3)), MAX_MEMORY_KIB)
        && isBetween(phc.group(2), 1, MAX_PASSES)
        && isBetween(phc.group(3), 1, MAX_LANES)
        && phc.group(4).length() % 4 != 1
        && phc.group(5).length() % 4 != 1;
  }

  private static boolean isBetween(String number, int min, int max) {
    int value = Integer.parseInt(number);
    return value >= min && value <= max;
  }

  /** Whether a hash was made as {@link #hash} makes them today. */
  boolean isCurrent(String hash) {
    Matcher phc = PHC.matcher(hash);
    return phc.matches()
        && Integer.parseInt(phc.group(1)) >= MEMORY_KIB
        && Integer.parseInt(phc.group(2)) >= PASSES
        && Base64.getDecoder().decode(phc.group(5)).length >= OUTPUT_BYTES;
  }

  private boolean matchesBcrypt(String password, String hash) {
    places.acquireUninterruptibly();
    try {
      return Password.check(password, hash).with(BcryptFunction.getInstanceFromHash(hash));
    } catch (BadParametersException malformed) {
      return false;
    } finally {
      places.release();
    }
  }

  /** Takes as long as a real check and says no: an unknown account is not told by the clock. */
  public boolean matchesNobody(String password) {
    boolean never = matches(password, nobody);
    return never && nobody.isEmpty();
  }

  private byte[] argon2(
      String password, byte[] salt, int memoryKib, int passes, int lanes, int outputBytes) {
    places.acquireUninterruptibly();
    try {
      return Argon2Function.getInstance(memoryKib, passes, lanes, outputBytes, Argon2.ID)
          .hash(password.getBytes(StandardCharsets.UTF_8), salt)
          .getBytes();
    } finally {
      places.release();
    }
  }
}
