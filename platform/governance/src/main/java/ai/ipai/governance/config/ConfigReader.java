package ai.ipai.governance.config;

import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one {@link IpaiConfig}; see there. */
final class ConfigReader {
  static final String FILE = "ipai.yaml";
  private static final int MIN_SECRET_LENGTH = 32;

  private final Path workingDir;
  private final Faults faults;
  private final SettingSources sources;
  private final SettingReader reader;

  ConfigReader(Path workingDir, Faults faults) {
    this.workingDir = workingDir.toAbsolutePath().normalize();
    this.faults = faults;
    this.sources = new SettingSources(faults);
    this.reader = new SettingReader(sources, faults);
  }

  IpaiConfig read(Map<String, String> environment, Map<Setting, String> options) {
    sources.addOptions(options);
    sources.addEnvironment(environment);
    Path workspace = path(Setting.WORKSPACE, workingDir);
    addFile(workspace);
    Path dataDir = path(Setting.DATA_DIR, workingDir);
    return new IpaiConfig(
        workspace,
        reader.requireText(Setting.TARGET),
        dataDir,
        server(),
        database(),
        auth(),
        masterKey(),
        reader
            .uri(Setting.STORAGE_URL, "file", "s3")
            .orElseGet(() -> dataDir.resolve("storage").toUri()),
        safekeeping(),
        reader.uri(Setting.SPARK_URL, "sc"),
        projects(),
        log());
  }

  private void addFile(Path workspace) {
    Path file = workspace.resolve(FILE);
    if (Files.exists(file)) {
      Yaml.read(workspace, file, faults)
          .filter(YamlMapping.class::isInstance)
          .ifPresent(tree -> sources.addFile((YamlMapping) tree));
    }
  }

  private Path path(Setting setting, Path base) {
    try {
      return base.resolve(reader.requireText(setting)).normalize();
    } catch (InvalidPathException malformed) {
      reader.invalid(setting, "a path");
      return base.resolve(setting.fallback()).normalize();
    }
  }

  private IpaiConfig.Server server() {
    return new IpaiConfig.Server(
        reader.port(Setting.PORT),
        reader.requireText(Setting.BIND_ADDRESS),
        reader.uri(Setting.PUBLIC_URL, "http", "https"),
        trustedProxies(),
        corsOrigin(),
        restSchemas(),
        reader.text(Setting.METRICS_TOKEN).map(SensitiveText::of));
  }

  private AddressBlocks trustedProxies() {
    Optional<String> text = reader.text(Setting.TRUSTED_PROXIES);
    Optional<AddressBlocks> blocks = text.flatMap(AddressBlocks::parse);
    if (text.isPresent() && blocks.isEmpty()) {
      reader.invalid(
          Setting.TRUSTED_PROXIES, "addresses or blocks such as 10.0.0.0/8, ::1, and no names");
    }
    return blocks.orElse(AddressBlocks.NONE);
  }

  private String corsOrigin() {
    String text = reader.requireText(Setting.CORS_ORIGIN);
    if (!text.matches("\\*|https?://[A-Za-z0-9.\\[\\]:-]+")) {
      reader.invalid(Setting.CORS_ORIGIN, "an origin such as https://app.example.com, or *");
    }
    return text;
  }

  private List<String> restSchemas() {
    List<String> schemas =
        Arrays.stream(reader.requireText(Setting.REST_SCHEMAS).split(",", -1))
            .map(String::strip)
            .toList();
    boolean isReserved =
        schemas.stream()
            .anyMatch(
                s ->
                    s.isEmpty()
                        || s.startsWith("*")
                        || s.startsWith("ipai")
                        || s.startsWith("pg_"));
    if (isReserved || schemas.contains("information_schema")) {
      reader.invalid(
          Setting.REST_SCHEMAS,
          "names of schemas, separated by commas, none of the platform's own");
    }
    return schemas;
  }

  private IpaiConfig.Database database() {
    return new IpaiConfig.Database(
        databaseUrl(),
        reader.port(Setting.DATABASE_PORT),
        reader.integer(Setting.DATABASE_POOL_SIZE, 1, 1000),
        reader.duration(Setting.STATEMENT_TIMEOUT));
  }

  private Optional<SensitiveText> databaseUrl() {
    Optional<String> text = reader.text(Setting.DATABASE_URL);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.get().matches("(?s)(jdbc:)?postgres(ql)?://.+")) {
      reader.invalid(Setting.DATABASE_URL, "a URL such as postgresql://user@host:5432/database");
      return Optional.empty();
    }
    boolean holdsPassword =
        text.get().matches("(?s)[^/]*//[^/@]*:[^/]*@.*")
            || text.get().matches("(?is).*[?&]password=.*");
    if (reader.value(Setting.DATABASE_URL).isFromFile() && holdsPassword) {
      reader.secretInFile(
          Setting.DATABASE_URL, "leave the password out of the file: set IPAI_DATABASE_URL");
      return Optional.empty();
    }
    return text.map(SensitiveText::of);
  }

  private IpaiConfig.Auth auth() {
    Optional<SecretSource> secret = jwtSecret();
    Optional<URI> jwks = reader.uri(Setting.JWKS_URL, "https", "http");
    if (jwks.isPresent() && isPlainRemote(jwks.get())) {
      reader.contradiction(
          Setting.JWKS_URL,
          "keys fetched over plain HTTP from another machine prove nothing",
          "use https");
    }
    return new IpaiConfig.Auth(
        secret,
        jwks,
        reader.text(Setting.JWT_ISSUER),
        reader.requireText(Setting.JWT_AUDIENCE),
        new AccountsReader(reader, this::secret).read());
  }

  static boolean isPlainRemote(URI uri) {
    String host = String.valueOf(uri.getHost());
    boolean isLoopback =
        host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    return uri.getScheme().equalsIgnoreCase("http") && !isLoopback;
  }

  private Optional<SecretSource> jwtSecret() {
    return secret(Setting.JWT_SECRET, "secret://auth/jwt_secret", MIN_SECRET_LENGTH);
  }

  private Optional<SecretSource> secret(Setting setting, String example, int minLength) {
    Optional<String> text = reader.text(setting);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (SecretRef.isReference(text.get())) {
      Optional<SecretRef> reference = SecretRef.find(text.get());
      if (reference.isEmpty()) {
        reader.invalid(setting, "a reference such as " + example);
      }
      return reference.map(SecretSource.Named::new);
    }
    if (reader.value(setting).isFromFile()) {
      reader.secretInFile(setting, "name it: " + example + ", or set " + setting.variable());
      return Optional.empty();
    }
    if (text.get().length() < minLength) {
      reader.invalid(setting, "at least " + minLength + " characters long");
      return Optional.empty();
    }
    return Optional.of(new SecretSource.Given(SensitiveText.of(text.get())));
  }

  private IpaiConfig.Safekeeping safekeeping() {
    return new IpaiConfig.Safekeeping(
        reader
            .integer(Setting.DISK_PAUSE_AT, 1, 99)
            .orElseGet(() -> Integer.valueOf(Setting.DISK_PAUSE_AT.fallback())),
        place(Setting.AUDIT_ANCHOR_URL),
        place(Setting.BACKUP_ARCHIVE),
        s3());
  }

  private Optional<URI> place(Setting setting) {
    Optional<URI> uri = reader.uri(setting, "s3", "file");
    if (uri.isPresent() && uri.get().getScheme().equals("s3") && uri.get().getHost() == null) {
      reader.invalid(setting, "a URL such as s3://bucket/prefix");
      return Optional.empty();
    }
    if (uri.isPresent() && uri.get().getScheme().equals("file") && uri.get().getPath() == null) {
      reader.invalid(setting, "a URL such as file:///mnt/archive");
      return Optional.empty();
    }
    return uri;
  }

  private IpaiConfig.S3 s3() {
    Optional<URI> endpoint = reader.uri(Setting.S3_ENDPOINT, "https", "http");
    if (endpoint.isPresent() && isPlainRemote(endpoint.get())) {
      reader.contradiction(
          Setting.S3_ENDPOINT, "copies sent over plain HTTP can be read and changed", "use https");
    }
    return new IpaiConfig.S3(
        endpoint,
        reader.requireText(Setting.S3_REGION),
        reader.text(Setting.S3_ACCESS_KEY_ID),
        secret(Setting.S3_SECRET_KEY, "secret://s3/secret_key", 8));
  }

  private Optional<SensitiveText> masterKey() {
    Optional<String> text = reader.text(Setting.MASTER_KEY);
    boolean isWellFormed =
        text.isEmpty()
            || text.get().matches("[0-9a-fA-F]{64}")
            || text.get().matches("[A-Za-z0-9+/_-]{43}=?");
    if (!isWellFormed) {
      reader.invalid(Setting.MASTER_KEY, "32 bytes in hexadecimal or base64");
      return Optional.empty();
    }
    return text.map(SensitiveText::of);
  }

  private IpaiConfig.Projects projects() {
    String layer = "(silver|gold|platinum)_[a-z0-9_]+";
    String schema = reader.text(Setting.DBT_SCHEMA).orElse("");
    if (!schema.isEmpty() && !schema.matches(layer)) {
      reader.invalid(Setting.DBT_SCHEMA, "a schema that models may write, such as gold_shop");
    }
    Map<String, String> schemas = new LinkedHashMap<>();
    for (String pair : list(Setting.DBT_SCHEMAS)) {
      String[] parts = pair.split("=", -1);
      if (parts.length == 2 && parts[1].strip().matches("bronze_[a-z0-9_]+|" + layer)) {
        schemas.put(parts[0].strip(), parts[1].strip());
      } else {
        reader.invalid(Setting.DBT_SCHEMAS, "pairs such as raw=silver_raw, with commas between");
      }
    }
    return new IpaiConfig.Projects(schema, schemas, list(Setting.DBT_ENVIRONMENT));
  }

  private List<String> list(Setting setting) {
    return reader.text(setting).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private IpaiConfig.Log log() {
    String level = reader.choice(Setting.LOG_LEVEL, "error", "warn", "info", "debug", "trace");
    return new IpaiConfig.Log(
        level, reader.choice(Setting.LOG_FORMAT, "text", "json").equals("json"));
  }
}
