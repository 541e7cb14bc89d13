package ai.ipai.gateway.rest.standalone;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.rest.openapi.OpenApiSettings;
import ai.ipai.gateway.rest.openapi.OpenApiSettings.Mode;
import ai.ipai.gateway.rest.setting.AnswerSettings;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.rest.setting.RestSettings.TransactionEnd;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * PostgREST's settings, from its environment variables.
 *
 * @param databaseUrl with its password
 * @param anonRole of callers without a token; empty where they are refused
 * @param channel on which changes of the schema are announced; empty where nobody listens
 */
public record PgrstSettings(
    String databaseUrl,
    int poolSize,
    int poolTimeoutSeconds,
    Optional<String> anonRole,
    Optional<String> channel,
    RestSettings rest,
    JwtSettings jwt,
    BrowserSettings browsers) {
  private static final String APP = "PGRST_APP_SETTINGS_";

  /**
   * What a token must look like.
   *
   * @param secret of HS256, or one public key or several as JSON; empty where tokens are refused
   * @param roleClaim the way to the role's claim, such as {@code .role}
   * @param cacheEntries how many tokens are remembered once their signature was found good
   */
  public record JwtSettings(
      Optional<String> secret,
      boolean isBase64,
      Optional<String> audience,
      String roleClaim,
      int cacheEntries) {
    @Override
    public String toString() {
      return "JwtSettings";
    }
  }

  /**
   * What browsers are told.
   *
   * @param origins that may call with credentials; empty for all, without
   * @param traceHeader that an answer repeats
   */
  public record BrowserSettings(List<String> origins, Optional<String> traceHeader) {
    public BrowserSettings {
      origins = List.copyOf(origins);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "PgrstSettings";
  }

  /** All faults together: {@code GW-005}. */
  public static PgrstSettings of(Map<String, String> environment) {
    return new Reader(environment).read();
  }

  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    PgrstSettings read() {
      RestSettings rest =
          new RestSettings(
                  schemas(),
                  extraSearchPath(),
                  text("DB_MAX_ROWS").map(this::number).orElse(OptionalLong.empty()),
                  flag("DB_AGGREGATES_ENABLED", false),
                  flag("DB_PLAN_ENABLED", false),
                  end(),
                  text("DB_PRE_REQUEST").map(Reader::name),
                  appSettings(),
                  text("DB_HOISTED_TX_SETTINGS").map(Reader::words).orElse(RestSettings.HOISTED),
                  flag("URL_USE_LEGACY_TARGET_NAMES", true),
                  false)
              .withAnswers(answers());
      PgrstSettings settings =
          new PgrstSettings(
              text("DB_URI").orElseGet(() -> missing("DB_URI")),
              (int) text("DB_POOL").map(this::number).orElse(OptionalLong.of(10)).orElse(10),
              (int)
                  text("DB_POOL_ACQUISITION_TIMEOUT")
                      .map(this::number)
                      .orElse(OptionalLong.of(10))
                      .orElse(10),
              text("DB_ANON_ROLE"),
              flag("DB_CHANNEL_ENABLED", true)
                  ? Optional.of(text("DB_CHANNEL").orElse("pgrst"))
                  : Optional.empty(),
              rest,
              new JwtSettings(
                  text("JWT_SECRET"),
                  flag("JWT_SECRET_IS_BASE64", false),
                  text("JWT_AUD"),
                  text("JWT_ROLE_CLAIM_KEY").orElse(".role"),
                  (int)
                      text("JWT_CACHE_MAX_ENTRIES")
                          .map(this::number)
                          .orElse(OptionalLong.of(1000))
                          .orElse(1000)),
              new BrowserSettings(
                  text("SERVER_CORS_ALLOWED_ORIGINS").map(Reader::words).orElse(List.of()),
                  text("SERVER_TRACE_HEADER")));
      if (!faults.isEmpty()) {
        throw new IpaiException(
                GatewayErrors.PARAMETER_INVALID,
                "the settings cannot be used: " + String.join("; ", faults))
            .hint("They have PostgREST's names and values: docs/reference/rest.md");
      }
      return settings;
    }

    private Optional<String> text(String name) {
      return Optional.ofNullable(environment.get("PGRST_" + name)).filter(it -> !it.isEmpty());
    }

    private String missing(String name) {
      faults.add("PGRST_" + name + " is missing");
      return "";
    }

    private boolean flag(String name, boolean otherwise) {
      return text(name)
          .map(it -> it.toLowerCase(Locale.ROOT))
          .map(it -> it.equals("true") || it.matches("[1-9][0-9]*"))
          .orElse(otherwise);
    }

    private OptionalLong number(String text) {
      try {
        return OptionalLong.of(Long.parseLong(text.strip()));
      } catch (NumberFormatException e) {
        faults.add("a setting is no number: " + text);
        return OptionalLong.empty();
      }
    }

    private static List<String> words(String text) {
      return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private List<String> schemas() {
      List<String> schemas =
          text("DB_SCHEMAS")
              .or(() -> text("DB_SCHEMA"))
              .map(Reader::words)
              .orElse(List.of("public"));
      for (String reserved : List.of("pg_catalog", "information_schema")) {
        if (schemas.contains(reserved)) {
          faults.add("db-schemas does not allow schema: '" + reserved + "'");
        }
      }
      return schemas;
    }

    private List<String> extraSearchPath() {
      String path = environment.getOrDefault("PGRST_DB_EXTRA_SEARCH_PATH", "public");
      return path.isEmpty() ? List.of() : words(path);
    }

    private TransactionEnd end() {
      return switch (text("DB_TX_END").orElse("commit")) {
        case "commit" -> TransactionEnd.COMMIT;
        case "commit-allow-override" -> TransactionEnd.COMMIT_ALLOW_OVERRIDE;
        case "rollback" -> TransactionEnd.ROLLBACK;
        case "rollback-allow-override" -> TransactionEnd.ROLLBACK_ALLOW_OVERRIDE;
        default -> {
          faults.add("Invalid transaction termination. Check your configuration.");
          yield TransactionEnd.COMMIT;
        }
      };
    }

    private AnswerSettings answers() {
      boolean isBrief =
          switch (text("CLIENT_ERROR_VERBOSITY").orElse("verbose")) {
            case "verbose" -> false;
            case "minimal" -> true;
            default -> {
              faults.add("PGRST_CLIENT_ERROR_VERBOSITY is verbose or minimal");
              yield false;
            }
          };
      return new AnswerSettings(isBrief, flag("SERVER_TIMING_ENABLED", false), openApi());
    }

    private OpenApiSettings openApi() {
      Mode mode =
          switch (text("OPENAPI_MODE").orElse("follow-privileges")) {
            case "follow-privileges" -> Mode.FOLLOW_PRIVILEGES;
            case "ignore-privileges" -> Mode.IGNORE_PRIVILEGES;
            case "disabled" -> Mode.DISABLED;
            default -> {
              faults.add("Invalid openapi-mode. Check your configuration.");
              yield Mode.DISABLED;
            }
          };
      return new OpenApiSettings(
          mode,
          server(),
          flag("OPENAPI_SECURITY_ACTIVE", false),
          text("DB_ROOT_SPEC").or(() -> text("ROOT_SPEC")).map(Reader::name));
    }

    private URI server() {
      String fallback =
          "http://"
              + text("SERVER_HOST").filter(it -> !it.matches("[!*].*")).orElse("0.0.0.0")
              + ":"
              + text("SERVER_PORT").orElse("3000")
              + "/";
      try {
        URI server = URI.create(text("OPENAPI_SERVER_PROXY_URI").orElse(fallback));
        boolean isWeb = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
        if (isWeb && server.getHost() != null) {
          return server;
        }
      } catch (IllegalArgumentException malformed) {
        // The one fault below.
      }
      faults.add("Malformed proxy uri, a correct example: https://example.com:8443/basePath");
      return URI.create("http://0.0.0.0:3000/");
    }

    private static QualifiedName name(String text) {
      int dot = text.indexOf('.');
      return dot < 0
          ? QualifiedName.of("", text)
          : QualifiedName.of(text.substring(0, dot), text.substring(dot + 1));
    }

    private Map<String, String> appSettings() {
      Map<String, String> settings = new TreeMap<>();
      environment.forEach(
          (name, value) -> {
            if (name.startsWith(APP)) {
              settings.put("app.settings." + name.substring(APP.length()), value);
            }
          });
      return settings;
    }
  }
}
