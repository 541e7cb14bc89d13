package ai.ipai.governance.config;

import ai.ipai.governance.yaml.Faults;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of one process, checked as a whole. Prints without secrets.
 *
 * @param workspace the folder of {@code ipai.yaml}, absolute; it need not exist
 * @param target the named set of settings that applied, such as {@code dev}
 * @param dataDir state on this machine, absolute
 */
public record IpaiConfig(
    Path workspace,
    String target,
    Path dataDir,
    Server server,
    Database database,
    Auth auth,
    Optional<SensitiveText> masterKey,
    URI storageUrl,
    Safekeeping safekeeping,
    Optional<URI> sparkUrl,
    Projects projects,
    Log log) {

  /**
   * The HTTP side.
   *
   * @param port 0 takes a free one
   * @param publicUrl how callers reach it, where a proxy stands before it
   * @param trustedProxies who may say in a header for whom they ask
   * @param corsOrigin whose pages may call it; {@code *} is any
   * @param restSchemas served at {@code /rest/v1}; {@code gold_*} is all that begin so
   * @param metricsToken who presents it reads the metrics from elsewhere
   */
  public record Server(
      int port,
      String bindAddress,
      Optional<URI> publicUrl,
      AddressBlocks trustedProxies,
      String corsOrigin,
      List<String> restSchemas,
      Optional<SensitiveText> metricsToken) {}

  /**
   * The database.
   *
   * @param url empty: the embedded server
   * @param embeddedPort 0 takes a free one
   * @param poolSize empty: by the number of cores
   */
  public record Database(
      Optional<SensitiveText> url,
      int embeddedPort,
      Optional<Integer> poolSize,
      Duration statementTimeout) {
    public boolean isEmbedded() {
      return url.isEmpty();
    }
  }

  /** Whose tokens are believed. */
  public record Auth(
      Optional<SecretSource> jwtSecret,
      Optional<URI> jwksUrl,
      Optional<String> issuer,
      String audience,
      Accounts accounts) {}

  /**
   * How people get in where accounts are the platform's own.
   *
   * @param isSignedBySecret users' tokens carry HS256, else ES256
   * @param signUp whether anybody may make an account
   * @param confirms whether an address must be proven by mail
   * @param siteUrl where people land; empty: the console
   * @param redirectUrls patterns of where else they may be sent
   */
  public record Accounts(
      boolean isSignedBySecret,
      boolean signUp,
      boolean confirms,
      Optional<URI> siteUrl,
      List<String> redirectUrls,
      Optional<Mail> mail,
      Optional<Oidc> oidc) {}

  /** The mail server. */
  public record Mail(
      URI server, Optional<String> user, Optional<SecretSource> password, String from) {}

  /** An identity provider. */
  public record Oidc(
      String name, URI issuer, String clientId, Optional<SecretSource> clientSecret) {}

  /**
   * What keeps data from being lost.
   *
   * @param diskPausePercent from which intake waits
   * @param auditAnchor {@code s3:} or {@code file:}, a copy of the audit's checkpoints
   * @param backupArchive {@code s3:} or {@code file:}, where the embedded database's log goes
   */
  public record Safekeeping(
      int diskPausePercent, Optional<URI> auditAnchor, Optional<URI> backupArchive, S3 s3) {}

  /**
   * The object storage that {@code s3:} URLs are about.
   *
   * @param endpoint empty: AWS
   */
  public record S3(
      Optional<URI> endpoint,
      String region,
      Optional<String> accessKeyId,
      Optional<SecretSource> secretKey) {}

  /**
   * How model projects are read.
   *
   * @param schema dbt's target schema; empty: models name schemas of the lakehouse
   * @param schemas what other schemas of the project stand for
   * @param environment names that templates may read
   */
  public record Projects(String schema, Map<String, String> schemas, List<String> environment) {
    public Projects {
      schemas = Map.copyOf(schemas);
      environment = List.copyOf(environment);
    }
  }

  /**
   * Logging.
   *
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
   * @param isJson JSON lines rather than text
   */
  public record Log(String level, boolean isJson) {}

  /**
   * Reads options, environment, {@code ipai.yaml} and defaults, in this order of precedence.
   *
   * @param options what the command line said, which wins
   * @param workingDir against which relative folders are resolved
   * @throws ai.ipai.spi.error.IpaiException {@code CFG-001}, listing every fault
   */
  public static IpaiConfig load(
      Map<String, String> environment, Map<Setting, String> options, Path workingDir) {
    Faults faults = new Faults();
    IpaiConfig config = read(environment, options, workingDir, faults);
    faults.throwIfAny(ConfigErrors.INVALID, "The configuration has faults");
    return config;
  }

  /** As {@link #load}, with the faults collected and defaults in the place of faulty values. */
  public static IpaiConfig read(
      Map<String, String> environment,
      Map<Setting, String> options,
      Path workingDir,
      Faults faults) {
    return new ConfigReader(workingDir, faults).read(environment, options);
  }
}
