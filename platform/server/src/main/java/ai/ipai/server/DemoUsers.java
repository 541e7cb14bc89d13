package ai.ipai.server;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.embedded.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The people of the example company. Their passwords are made at the first start and kept in {@code
 * demo-logins.json} (mode 0600) of the data folder, for the console's sign-in page and the
 * terminal.
 */
public final class DemoUsers {
  /**
   * In the data folder; a backup takes it along, since the accounts' hashes are in the database.
   */
  static final String FILE = "demo-logins.json";

  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int PASSWORD_CHARACTERS = 16;

  private final Path dataDir;
  private final AccountStore accounts;
  private final PasswordHasher hasher;
  private final SecureRandom random = new SecureRandom();

  /** One of them, as declared. */
  public record Person(
      String email,
      String name,
      String description,
      List<String> roles,
      Map<String, Object> claims) {
    public Person {
      roles = List.copyOf(roles);
      claims = Map.copyOf(claims);
    }
  }

  /** A login that may be shown, because it is a demo's. */
  public record Login(
      String email, String name, String description, List<String> roles, String password) {
    public Login {
      roles = List.copyOf(roles);
    }

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Login[" + email + "]";
    }
  }

  public DemoUsers(Path dataDir, AccountStore accounts, PasswordHasher hasher) {
    this.dataDir = dataDir;
    this.accounts = accounts;
    this.hasher = hasher;
  }

  /** Makes the accounts; those that have a password keep it. Repeatable. */
  public List<Login> create(List<Person> people) throws SQLException {
    Map<String, Login> known = new LinkedHashMap<>();
    logins(dataDir).forEach(login -> known.put(login.email(), login));
    List<Login> logins = new ArrayList<>();
    for (Person person : people) {
      Optional<Login> old = Optional.ofNullable(known.get(person.email()));
      boolean hasAccount = accounts.find(person.email()).isPresent();
      String password = old.map(Login::password).orElseGet(this::password);
      Map<String, Object> metadata = new LinkedHashMap<>(person.claims());
      metadata.put("provider", "email");
      metadata.put("ipai_roles", person.roles());
      accounts.put(
          person.email(),
          old.isPresent() && hasAccount ? null : hasher.hash(password),
          Json.text(metadata),
          Json.text(Map.of("name", person.name())));
      logins.add(
          new Login(person.email(), person.name(), person.description(), person.roles(), password));
    }
    PrivateFile.replace(dataDir.resolve(FILE), Json.text(Map.of("logins", logins)) + "\n");
    return logins;
  }

  private String password() {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < PASSWORD_CHARACTERS; i++) {
      password.append(i > 0 && i % 4 == 0 ? "-" : "");
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  /** What an earlier start made; empty where there is no demo. */
  public static List<Login> logins(Path dataDir) {
    Path file = dataDir.resolve(FILE);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<Login> logins = new ArrayList<>();
      for (JsonNode login : Json.read(Files.readString(file)).path("logins")) {
        List<String> roles = new ArrayList<>();
        login.path("roles").forEach(role -> roles.add(role.asString("")));
        logins.add(
            new Login(
                login.path("email").asString(""),
                login.path("name").asString(""),
                login.path("description").asString(""),
                roles,
                login.path("password").asString("")));
      }
      return logins;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JacksonException e) {
      return List.of();
    }
  }
}
