package ai.ipai.gateway.http;

import java.util.Set;

/** Who may call a route. */
public sealed interface Guard {
  /** Anybody; a token that is sent is still checked. */
  record Open() implements Guard {}

  /** Anybody, at any load: health, metrics, files of the console. Never touches a token. */
  record Always() implements Guard {}

  /** Anybody, as far as the front is concerned: the handler checks who asks. */
  record Own() implements Guard {}

  /** Whoever holds a good token. */
  record SignedIn() implements Guard {}

  /**
   * Whoever holds one of these platform roles.
   *
   * @param roles such as {@code ipai_auditor}
   */
  record AnyRole(Set<String> roles) implements Guard {
    public AnyRole {
      roles = Set.copyOf(roles);
    }
  }

  Guard OPEN = new Open();
  Guard ALWAYS = new Always();
  Guard OWN = new Own();
  Guard SIGNED_IN = new SignedIn();

  static Guard anyRole(String... roles) {
    return new AnyRole(Set.of(roles));
  }
}
