package ai.ipai.governance.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Whom a rule is about: a role, or one user, app or agent.
 *
 * @param name of a role its database name; of a user the e-mail address or id
 */
public record Subject(Kind kind, String name) implements Comparable<Subject> {
  /** Kinds of subjects, as the part before the colon says. */
  public enum Kind {
    ROLE,
    USER,
    APP,
    AGENT
  }

  /** The platform roles, in the order of the documentation. */
  public static final List<String> PLATFORM_ROLES =
      List.of(
          "ipai_platform_admin",
          "ipai_data_engineer",
          "ipai_analytics_engineer",
          "ipai_bi_developer",
          "ipai_ai_engineer",
          "ipai_operator",
          "ipai_auditor");

  /** Every role that a policy may name. */
  public static final List<String> ROLES =
      List.of(
          "anon",
          "authenticated",
          "service_role",
          "ipai_platform_admin",
          "ipai_data_engineer",
          "ipai_analytics_engineer",
          "ipai_bi_developer",
          "ipai_ai_engineer",
          "ipai_operator",
          "ipai_auditor");

  public static final Subject ANON = role("anon");

  /** Everyone who signed in, whatever roles they hold. */
  public static final Subject AUTHENTICATED = role("authenticated");

  /** The server-side key: above row filters and masks, as on Supabase. */
  public static final Subject SERVICE = role("service_role");

  private static final Comparator<Subject> ORDER =
      Comparator.comparing(Subject::kind).thenComparing(Subject::name);

  public Subject {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(name);
  }

  public static Subject role(String name) {
    return new Subject(Kind.ROLE, name);
  }

  /** A role's name, or {@code user:}, {@code app:}, {@code agent:} and a name; else empty. */
  public static Optional<Subject> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return ROLES.contains(text) ? Optional.of(role(text)) : Optional.empty();
    }
    String name = text.substring(colon + 1);
    return switch (name.isBlank() ? "" : text.substring(0, colon)) {
      case "user" -> Optional.of(new Subject(Kind.USER, name.toLowerCase(Locale.ROOT)));
      case "app" -> Optional.of(new Subject(Kind.APP, name));
      case "agent" -> Optional.of(new Subject(Kind.AGENT, name));
      default -> Optional.empty();
    };
  }

  public boolean isRole() {
    return kind == Kind.ROLE;
  }

  @Override
  public int compareTo(Subject other) {
    return ORDER.compare(this, other);
  }

  /** As policies write it. */
  @Override
  public String toString() {
    return isRole() ? name : kind.name().toLowerCase(Locale.ROOT) + ":" + name;
  }
}
