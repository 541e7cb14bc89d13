package ai.ipai.governance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-WSP-002")
class IpaiConfigTest {
  private static final String CANARY = "canary-5b1f0c9e2d7a4836-canary-value";

  @TempDir Path folder;

  private IpaiConfig load(Map<String, String> environment) {
    return IpaiConfig.load(environment, Map.of(), folder);
  }

  private void yaml(String text) throws IOException {
    Files.writeString(folder.resolve("ipai.yaml"), text);
  }

  @Test
  void defaultsAreThoseOfALocalSupabase() {
    IpaiConfig config = load(Map.of("PATH", "/bin"));
    assertThat(config.server().port()).isEqualTo(54321);
    assertThat(config.server().bindAddress()).isEqualTo("127.0.0.1");
    assertThat(config.database().isEmbedded()).isTrue();
    assertThat(config.database().embeddedPort()).isEqualTo(54322);
    assertThat(config.database().statementTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.dataDir()).isEqualTo(folder.resolve(".ipai"));
    assertThat(config.storageUrl()).isEqualTo(folder.resolve(".ipai/storage").toUri());
    assertThat(config.auth().audience()).isEqualTo("authenticated");
    assertThat(config.target()).isEqualTo("dev");
  }

  @Test
  void optionsWinOverEnvironmentOverTargetOverFileOverDefault() throws IOException {
    yaml(
        """
        name: company
        target: prod
        server: {port: 1001, bind: 0.0.0.0}
        log: {level: warn}
        targets:
          dev: {}
          prod:
            server: {port: 1002}
        """);
    assertThat(load(Map.of()).server())
        .isEqualTo(
            new IpaiConfig.Server(
                1002,
                "0.0.0.0",
                java.util.Optional.empty(),
                AddressBlocks.NONE,
                "*",
                java.util.List.of("public", "api", "gold_*", "platinum_*"),
                java.util.Optional.empty()));
    assertThat(load(Map.of("IPAI_TARGET", "dev")).server().port()).isEqualTo(1001);
    assertThat(load(Map.of("IPAI_PORT", "1003")).server().port()).isEqualTo(1003);
    assertThat(load(Map.of("IPAI_PORT", "1003")).log().level()).isEqualTo("warn");
    IpaiConfig config =
        IpaiConfig.load(Map.of("IPAI_PORT", "1003"), Map.of(Setting.PORT, "1004"), folder);
    assertThat(config.server().port()).isEqualTo(1004);
  }

  @Test
  void proxiesAreAddresses() {
    assertThat(load(Map.of("IPAI_TRUSTED_PROXIES", "10.0.0.0/8")).server().trustedProxies())
        .isNotEqualTo(AddressBlocks.NONE);
    assertThatThrownBy(() -> load(Map.of("IPAI_TRUSTED_PROXIES", "proxy.example.com")))
        .hasMessageContaining("IPAI_TRUSTED_PROXIES");
  }

  @Test
  void everyFaultIsReportedTogetherWithTheNearestName() throws IOException {
    yaml(
        """
        name: company
        target: prdo
        server: {port: 99999}
        auth: {jwt_secret: %s}
        database: {url: "postgresql://me:%s@db/x"}
        targets:
          prod:
            sever: {port: 1}
            log: {levle: info}
        """
            .formatted(CANARY, CANARY));
    assertThatThrownBy(
            () ->
                load(
                    Map.of(
                        "IPAI_JWKS_ULR",
                        CANARY,
                        "IPAI_LOG_LEVEL",
                        "inof",
                        "IPAI_MASTER_KEY",
                        CANARY,
                        "IPAI_STORAGE_URL",
                        "ftp://" + CANARY,
                        "IPAI_STATEMENT_TIMEOUT",
                        "long")))
        .isInstanceOfSatisfying(
            IpaiException.class,
            thrown -> assertThat(thrown.code()).isEqualTo(ConfigErrors.INVALID))
        .hasMessageContaining(
            "IPAI_JWKS_ULR CFG-002 no setting has this name (did you mean \"IPAI_JWKS_URL\"?)")
        .hasMessageContaining("IPAI_LOG_LEVEL CFG-003")
        .hasMessageContaining("(did you mean \"info\"?)")
        .hasMessageContaining("IPAI_MASTER_KEY CFG-003")
        .hasMessageContaining("IPAI_STORAGE_URL CFG-003")
        .hasMessageContaining("IPAI_STATEMENT_TIMEOUT CFG-003")
        .hasMessageContaining(
            "ipai.yaml:2:9 CFG-005 no target \"prdo\" is declared (did you mean \"prod\"?)")
        .hasMessageContaining("ipai.yaml:3:16 CFG-003 server.port")
        .hasMessageContaining("ipai.yaml:4:20 CFG-004 auth.jwt_secret")
        .hasMessageContaining("ipai.yaml:5:17 CFG-004 database.url")
        .hasMessageContaining(
            "ipai.yaml:8:5 WSP-004 unknown key \"sever\" (did you mean \"server\"?)")
        .hasMessageContaining(
            "ipai.yaml:9:11 WSP-004 unknown key \"levle\" (did you mean \"level\"?)")
        .message()
        .doesNotContain(CANARY);
  }

  @Test
  void secretsNeverPrint() {
    String key = "0123456789abcdef".repeat(4);
    IpaiConfig config =
        load(
            Map.of(
                "IPAI_JWT_SECRET", CANARY,
                "IPAI_MASTER_KEY", key,
                "IPAI_DATABASE_URL", "postgresql://me:" + CANARY + "@db/x"));
    assertThat(config.toString()).doesNotContain(CANARY).doesNotContain(key).contains("***");
    assertThat(config.database().url().map(SensitiveText::reveal))
        .contains("postgresql://me:" + CANARY + "@db/x");
    assertThat(config.auth().jwtSecret())
        .contains(new SecretSource.Given(SensitiveText.of(CANARY)));
  }

  @Test
  void filesNameSecretsOnlyByReference() throws IOException {
    yaml("name: company\nauth: {jwt_secret: 'secret://auth/jwt_secret'}\n");
    assertThat(load(Map.of()).auth().jwtSecret())
        .contains(new SecretSource.Named(new SecretRef("auth/jwt_secret")));
    assertThat(SecretRef.find("secret://../etc/passwd")).isEmpty();
    assertThat(SecretRef.find("secret://A B")).isEmpty();
    assertThat(SecretRef.find("https://x")).isEmpty();
  }

  @Test
  void shortTokenSecretsAndPlainRemoteKeySetsAreRefused() {
    Faults faults = new Faults();
    IpaiConfig.read(
        Map.of("IPAI_JWT_SECRET", "short", "IPAI_JWKS_URL", "http://id.example.com/keys"),
        Map.of(),
        folder,
        faults);
    assertThat(faults.toString())
        .contains("IPAI_JWT_SECRET CFG-003")
        .contains("IPAI_JWKS_URL CFG-006")
        .doesNotContain("short ");
    assertThat(load(Map.of("IPAI_JWKS_URL", "http://127.0.0.1:9/keys")).auth().jwksUrl())
        .contains(URI.create("http://127.0.0.1:9/keys"));
  }

  @Test
  void theLaunchersOwnVariablesAreKnown() {
    assertThat(load(Map.of("IPAI_JAVA_HOME", "/opt/jdk", "IPAI_MAX_HEAP", "512m")).target())
        .isEqualTo("dev");
  }
}
