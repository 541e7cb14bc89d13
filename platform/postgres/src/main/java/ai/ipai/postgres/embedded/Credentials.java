package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The passwords of an embedded server's own two logins, made at its first start and kept in {@code
 * credentials.json}, mode 0600.
 */
record Credentials(String superuserPassword, String ownerPassword) {
  static final String FILE = "credentials.json";
  static final String SUPERUSER = "supabase_admin";
  static final String OWNER = "postgres";

  private static final Pattern ENTRY =
      Pattern.compile("\"([a-z_]+)\"\\s*:\\s*\"([0-9a-zA-Z_-]+)\"");

  static Credentials generate() {
    return new Credentials(password(), password());
  }

  private static String password() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static Optional<Credentials> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String superuser = "";
    String owner = "";
    Matcher matcher = ENTRY.matcher(PrivateFile.read(file));
    while (matcher.find()) {
      if (matcher.group(1).equals(SUPERUSER)) {
        superuser = matcher.group(2);
      } else if (matcher.group(1).equals(OWNER)) {
        owner = matcher.group(2);
      }
    }
    if (superuser.isEmpty() || owner.isEmpty()) {
      throw lost(file, "does not hold the passwords of " + SUPERUSER + " and " + OWNER);
    }
    return Optional.of(new Credentials(superuser, owner));
  }

  static IpaiException lost(Path file, String reason) {
    return new IpaiException(
            PostgresErrors.CREDENTIALS_LOST,
            "The credentials file of the embedded PostgreSQL " + reason + ".")
        .fact("file", file)
        .hint("Put the file back from a backup: without it nobody can sign in to the data.");
  }

  void write(Path file) {
    PrivateFile.replace(
        file,
        """
        {
          "%s": "%s",
          "%s": "%s"
        }
        """
            .formatted(SUPERUSER, superuserPassword, OWNER, ownerPassword));
  }

  @Override
  public String toString() {
    return "Credentials[hidden]";
  }
}
