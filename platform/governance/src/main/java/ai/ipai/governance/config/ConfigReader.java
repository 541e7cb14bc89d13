package ai.ipai.governance.config;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlMapping;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
        reader.uri(Setting.SPARK_URL, "sc"),
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
        reader.uri(Setting.PUBLIC_URL, "http", "https"));
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
        secret, jwks, reader.text(Setting.JWT_ISSUER), reader.requireText(Setting.JWT_AUDIENCE));
  }

  private static boolean isPlainRemote(URI uri) {
    String host = String.valueOf(uri.getHost());
    boolean isLoopback =
        host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    return uri.getScheme().equalsIgnoreCase("http") && !isLoopback;
  }

  private Optional<SecretSource> jwtSecret() {
    Optional<String> text = reader.text(Setting.JWT_SECRET);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (SecretReference.isOne(text.get())) {
      Optional<SecretReference> reference = SecretReference.parse(text.get());
      if (reference.isEmpty()) {
        reader.invalid(Setting.JWT_SECRET, "a reference such as secret://auth/jwt_secret");
      }
      return reference.map(SecretSource.Named::new);
    }
    if (reader.value(Setting.JWT_SECRET).isFromFile()) {
      reader.secretInFile(
          Setting.JWT_SECRET, "name it: secret://auth/jwt_secret, or set IPAI_JWT_SECRET");
      return Optional.empty();
    }
    if (text.get().length() < MIN_SECRET_LENGTH) {
      reader.invalid(Setting.JWT_SECRET, "at least " + MIN_SECRET_LENGTH + " characters long");
      return Optional.empty();
    }
    return Optional.of(new SecretSource.Given(SensitiveText.of(text.get())));
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

  private IpaiConfig.Log log() {
    String level = reader.choice(Setting.LOG_LEVEL, "error", "warn", "info", "debug", "trace");
    return new IpaiConfig.Log(
        level, reader.choice(Setting.LOG_FORMAT, "text", "json").equals("json"));
  }
}
