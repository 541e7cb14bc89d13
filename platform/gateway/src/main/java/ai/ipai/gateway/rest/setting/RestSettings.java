package ai.ipai.gateway.rest.setting;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What PostgREST's settings of the same names say.
 *
 * @param schemas that are exposed; the first is the default
 * @param extraSearchPath searched behind the schema of the request
 * @param maxRows of one answer and of each embedded table
 * @param aggregatesEnabled whether {@code sum()} and its like may be used
 * @param planEnabled whether {@code EXPLAIN} may be asked for
 * @param end how transactions end
 * @param preRequest a function that runs before each request
 * @param appSettings transaction-local settings, {@code app.settings.…}
 * @param hoistedSettings of functions, which are set before the function is called
 * @param takesTargetNames whether filters may name an embedded table that has an alias by its own
 *     name
 * @param hidesForbidden whether objects that the caller's role has no privilege on look absent
 * @param answers what answers tell beside their rows
 */
public record RestSettings(
    List<String> schemas,
    List<String> extraSearchPath,
    OptionalLong maxRows,
    boolean aggregatesEnabled,
    boolean planEnabled,
    TransactionEnd end,
    Optional<QualifiedName> preRequest,
    Map<String, String> appSettings,
    List<String> hoistedSettings,
    boolean takesTargetNames,
    boolean hidesForbidden,
    AnswerSettings answers) {
  /** How transactions end, and whether a request may ask otherwise. */
  public enum TransactionEnd {
    COMMIT(false, false),
    COMMIT_ALLOW_OVERRIDE(false, true),
    ROLLBACK(true, false),
    ROLLBACK_ALLOW_OVERRIDE(true, true);

    private final boolean rollsBack;
    private final boolean mayBeOverridden;

    TransactionEnd(boolean rollsBack, boolean mayBeOverridden) {
      this.rollsBack = rollsBack;
      this.mayBeOverridden = mayBeOverridden;
    }

    public boolean rollsBack() {
      return rollsBack;
    }

    public boolean mayBeOverridden() {
      return mayBeOverridden;
    }
  }

  public static final List<String> HOISTED =
      List.of(
          "statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation");

  public RestSettings {
    schemas = List.copyOf(schemas);
    extraSearchPath = List.copyOf(extraSearchPath);
    appSettings = Map.copyOf(appSettings);
    hoistedSettings = List.copyOf(hoistedSettings);
  }

  /** With answers as they are by default. */
  public RestSettings(
      List<String> schemas,
      List<String> extraSearchPath,
      OptionalLong maxRows,
      boolean aggregatesEnabled,
      boolean planEnabled,
      TransactionEnd end,
      Optional<QualifiedName> preRequest,
      Map<String, String> appSettings,
      List<String> hoistedSettings,
      boolean takesTargetNames,
      boolean hidesForbidden) {
    this(
        schemas,
        extraSearchPath,
        maxRows,
        aggregatesEnabled,
        planEnabled,
        end,
        preRequest,
        appSettings,
        hoistedSettings,
        takesTargetNames,
        hidesForbidden,
        AnswerSettings.DEFAULT);
  }

  public RestSettings withAnswers(AnswerSettings newAnswers) {
    return new RestSettings(
        schemas,
        extraSearchPath,
        maxRows,
        aggregatesEnabled,
        planEnabled,
        end,
        preRequest,
        appSettings,
        hoistedSettings,
        takesTargetNames,
        hidesForbidden,
        newAnswers);
  }

  public RestSettings withSchemas(List<String> exposed) {
    return new RestSettings(
        exposed,
        extraSearchPath,
        maxRows,
        aggregatesEnabled,
        planEnabled,
        end,
        preRequest,
        appSettings,
        hoistedSettings,
        takesTargetNames,
        hidesForbidden,
        answers);
  }
}
