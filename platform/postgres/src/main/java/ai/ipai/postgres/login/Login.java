package ai.ipai.postgres.login;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The logins that the migrations create and {@code ipai migrate} brings to life. */
public enum Login {
  /** The gateway and the control plane: nothing by itself, switches roles inside a transaction. */
  SERVER("ipai_server"),
  /** Owns the bronze schemas. */
  LOADER("ipai_loader"),
  /** Runs model SQL, which is arbitrary SQL; owns only {@code ipai_build}. */
  BUILDER("ipai_builder"),
  /** Owns silver, gold, platinum and {@code ipai_part}; runs only SQL that the platform writes. */
  PUBLISHER("ipai_publisher"),
  /** One per platform role, for SQL that a caller writes: its identity is the login itself. */
  SQL_PLATFORM_ADMIN("ipai_sql_platform_admin"),
  SQL_DATA_ENGINEER("ipai_sql_data_engineer"),
  SQL_ANALYTICS_ENGINEER("ipai_sql_analytics_engineer"),
  SQL_BI_DEVELOPER("ipai_sql_bi_developer"),
  SQL_AI_ENGINEER("ipai_sql_ai_engineer"),
  SQL_OPERATOR("ipai_sql_operator"),
  SQL_AUDITOR("ipai_sql_auditor");

  private static final String SQL_PREFIX = "ipai_sql_";
  private final String role;

  Login(String role) {
    this.role = role;
  }

  /** The name of the role in the database. */
  public String role() {
    return role;
  }

  /** Whether it runs SQL that a caller wrote. */
  public boolean isSqlLogin() {
    return role.startsWith(SQL_PREFIX);
  }

  /**
   * The login for SQL that a holder of this platform role writes.
   *
   * @param platformRole such as {@code ipai_data_engineer}
   */
  public static Optional<Login> sqlLoginOf(String platformRole) {
    String role = platformRole.replaceFirst("^ipai_", SQL_PREFIX);
    return Arrays.stream(values()).filter(l -> l.isSqlLogin() && l.role.equals(role)).findFirst();
  }

  /** The platform role that a SQL login belongs to; empty for the four others. */
  public Optional<String> platformRole() {
    return isSqlLogin()
        ? Optional.of("ipai_" + role.substring(SQL_PREFIX.length()))
        : Optional.empty();
  }

  public static List<Login> all() {
    return List.of(values());
  }
}
