package ai.ipai.gateway.auth;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How an installation lets people in.
 *
 * @param signUp whether anybody may make an account
 * @param autoConfirm whether an address counts as proven when it is entered
 * @param apiUrl where this server answers, as browsers reach it
 * @param siteUrl where people are sent who are not sent elsewhere
 * @param redirects further places where they may be sent, as patterns
 */
public record AuthRules(
    boolean signUp,
    boolean autoConfirm,
    Supplier<String> apiUrl,
    Optional<URI> siteUrl,
    List<String> redirects) {
  static final int MIN_PASSWORD = 8;
  static final int MAX_PASSWORD = 256;

  public AuthRules {
    redirects = List.copyOf(redirects);
  }

  String site() {
    return siteUrl.map(URI::toString).orElseGet(() -> apiUrl.get() + "/console");
  }

  /** Where to send somebody: where they ask to go if that is allowed, else to the site. */
  String destination(String wanted) {
    return Redirects.isAllowed(wanted, site(), redirects) ? wanted : site();
  }

  /** Throws {@code GW-030} for one that is too short or too long. */
  static String checkedPassword(String password) {
    if (password.length() < MIN_PASSWORD) {
      throw AuthFaults.weak("Password should be at least " + MIN_PASSWORD + " characters.");
    }
    if (password.length() > MAX_PASSWORD) {
      throw AuthFaults.invalid("Password cannot be longer than " + MAX_PASSWORD + " characters");
    }
    return password;
  }
}
