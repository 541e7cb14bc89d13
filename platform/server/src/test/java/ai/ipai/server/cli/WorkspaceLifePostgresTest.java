package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.server.Installation;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workspace from its first file to a restored backup, by the commands that a person types. */
@Tag("REQ-SERVER-016")
class WorkspaceLifePostgresTest {
  private static final String HASH =
      "select md5(string_agg(t::text, '|' order by t::text)) as md5 from gold_shop.customer_value t";

  @TempDir private Path folder = Path.of("");

  private RecordingTerminal at(Path dataDir) {
    return new RecordingTerminal(
        Map.of(
            "IPAI_DATA_DIR", dataDir.toString(),
            "IPAI_DATABASE_PORT", "0",
            "IPAI_WORKSPACE", folder.resolve("shop").toString()));
  }

  @Test
  @Tag("REQ-WSP-008")
  @Tag("REQ-WSP-012")
  @Tag("REQ-BACKUP-005")
  @Tag("REQ-VAULT-008")
  void aNewWorkspaceLoadsBuildsAndComesBackFromItsBackup() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup.zip");
    RecordingTerminal terminal = at(data);
    done(terminal, "new", "workspace", folder.resolve("shop").toString());
    String hash;
    try (Platform running = start(data)) {
      assertThat(running.apiUrl()).startsWith("http");
      onlyTheReviewedPlanIsApplied(terminal);
      done(terminal, "sync", "shop");
      assertThat(terminal.out()).contains("succeeded");
      done(terminal, "build");
      assertThat(terminal.out()).contains("3 built", "0 failed");
      done(terminal, "sql", "select email from gold_shop.customer_value", "--as", "ipai_auditor");
      assertThat(terminal.out()).contains("a***@example.jp").doesNotContain("aiko@");
      aToolsLoginIsMaskedToo(terminal);
      hash = hash(terminal);
      secretsAreGrantedAndTakenAway(terminal, running.installation());
      done(terminal, "backup", backup.toString(), "-o", "json");
      assertThat(Json.read(terminal.out()).path("bytes").asLong(0)).isEqualTo(Files.size(backup));
      assertThat(terminal.err()).doesNotContain("master.key is in it");
      // Later than the backup: a restore loses it, and says so.
      done(terminal, "secret", "revoke", "shop/key", "connector:shop");
    }
    itComesBack(data, backup, hash);
    lossIsAcceptedOnPurpose(data, backup);
    anotherKeyOpensEverythingButSecrets(backup, hash);
  }

  private void aToolsLoginIsMaskedToo(RecordingTerminal terminal) throws Exception {
    done(terminal, "bi", "grant", "ipai_auditor", "--name", "tool", "--days", "1");
    String printed = terminal.out().strip();
    String masked = "select string_agg(email, ',') from gold_shop.customer_value";
    try (var tool = PostgresClient.open(DatabaseUrl.parse(printed), "tool");
        var statement = tool.createStatement();
        var row = statement.executeQuery(masked)) {
      row.next();
      assertThat(row.getString(1)).contains("a***@example.jp").doesNotContain("aiko@");
    }
    done(terminal, "bi", "list", "-o", "json");
    assertThat(terminal.out()).contains("ipai_bi_tool").doesNotContain(printed);
    done(terminal, "bi", "revoke", "tool");
    done(terminal, "bi", "list", "-o", "json");
    assertThat(terminal.out().strip()).isEqualTo("[]");
    Path file =
        Files.writeString(folder.resolve("two.sql"), "select 1 as a; -- one\nselect 2 as b;");
    done(terminal, "sql", "-c", "select 0 as z", "-f", file.toString(), "-o", "json");
    assertThat(terminal.out().lines()).containsExactly("[{\"z\":0}]", "[{\"a\":1}]", "[{\"b\":2}]");
  }

  private static Platform start(Path data) throws InterruptedException {
    return Platform.start(
        PlatformConfig.embedded(Path.of(System.getProperty("ipai.root", "../..")), data));
  }

  private static void done(RecordingTerminal terminal, String... args) {
    assertThat(terminal.run(args))
        .as(() -> String.join(" ", args) + "\n" + terminal.out() + terminal.err())
        .isEqualTo(Cli.DONE);
  }

  private static String hash(RecordingTerminal terminal) {
    done(terminal, "sql", HASH, "-o", "csv");
    return terminal.out();
  }

  private void onlyTheReviewedPlanIsApplied(RecordingTerminal terminal) throws IOException {
    Path plan = folder.resolve("reviewed.plan");
    Path connector = folder.resolve("shop/connectors/shop.yaml");
    String reviewed = Files.readString(connector);
    done(terminal, "plan", "--out", plan.toString());
    assertThat(terminal.out()).contains("+ connector shop", "0 to remove");
    Files.writeString(connector, reviewed.replace("small shop", "tiny shop"));
    Files.writeString(
        folder.resolve("shop/policies/more.yaml"),
        "grants:\n  - {to: [ipai_operator], on: [\"gold_shop.*\"], allow: [select]}\n");
    assertThat(terminal.run("apply", "--plan", plan.toString())).isEqualTo(Cli.FAILED);
    assertThat(terminal.err())
        .contains("WSP-040", "the files have changed", "was not reviewed", "ipai_operator");
    Files.writeString(connector, reviewed);
    Files.delete(folder.resolve("shop/policies/more.yaml"));
    done(terminal, "apply", "--plan", plan.toString());
    assertThat(terminal.run("apply", "--plan", plan.toString())).isEqualTo(Cli.FAILED);
    assertThat(terminal.err()).contains("WSP-040", "the database has changed");
    done(terminal, "apply");
    assertThat(terminal.out()).contains("Nothing to change");
  }

  private static void secretsAreGrantedAndTakenAway(
      RecordingTerminal terminal, Installation installation) {
    installation
        .vault()
        .put(
            SecretActor.of("user:test", "ipai_platform_admin"),
            new SecretRef("shop/key"),
            SecretValue.of("a-canary-value"),
            "of the shop");
    done(terminal, "secret", "grant", "shop/key", "connector:shop", "role:ipai_operator");
    assertThat(terminal.out()).contains("connector:shop role:ipai_operator");
    assertThat(resolve(installation, SecretUser.role("ipai_operator"))).isEqualTo("a-canary-value");
    done(terminal, "secret", "revoke", "shop/key", "role:ipai_operator");
    assertThat(terminal.out()).doesNotContain("ipai_operator").doesNotContain("canary");
    Assertions.assertThatThrownBy(() -> resolve(installation, SecretUser.role("ipai_operator")))
        .hasMessageContaining("none for this user");
    assertThat(terminal.run("secret", "grant", "shop/none", "connector:shop"))
        .isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("VLT-005");
  }

  private static String resolve(Installation installation, SecretUser user) {
    return installation.vault().resolve(user, new SecretRef("shop/key")).reveal();
  }

  private void itComesBack(Path data, Path backup, String hash) throws IOException {
    Path restored = copyOf(data, "restored", "master.key");
    RecordingTerminal terminal = at(restored);
    done(terminal, "restore", backup.toString());
    assertThat(terminal.out()).contains("as they were written", "./ipai up --data-dir " + restored);
    assertThat(hash(terminal)).isEqualTo(hash);
    done(terminal, "audit", "verify");
    done(terminal, "audit", "search", "--action", "backup.restore", "-o", "csv");
    assertThat(terminal.out()).contains("backup.restore", "backup.zip");
    try (Installation opened = Installation.open(config(restored))) {
      assertThat(resolve(opened, SecretUser.connector("shop"))).isEqualTo("a-canary-value");
    }
    assertThat(terminal.run("restore", backup.toString())).isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("BAK-010");
  }

  /** Checkpoints and watermark outlived the database: they are ahead of the backup. */
  private void lossIsAcceptedOnPurpose(Path data, Path backup) throws IOException {
    Path restored = copyOf(data, "behind", "master.key", "vault.watermark", "audit-checkpoints");
    RecordingTerminal terminal = at(restored);
    assertThat(terminal.run("restore", backup.toString())).isEqualTo(Cli.FAILED);
    assertThat(terminal.err()).contains("ROLLED_BACK", "./ipai restore --accept-audit-loss");
    done(terminal, "restore", "--accept-audit-loss");
    assertThat(terminal.err()).contains("accepted and signed");
    done(terminal, "audit", "verify");
    assertThat(terminal.err()).contains("restored on purpose");
    done(terminal, "secret", "revoke", "shop/key", "connector:shop");
  }

  private void anotherKeyOpensEverythingButSecrets(Path backup, String hash) throws Exception {
    Path restored = folder.resolve("other");
    RecordingTerminal terminal = at(restored);
    done(terminal, "restore", backup.toString(), "--allow-other-key");
    assertThat(terminal.err()).contains("secrets stay unreadable");
    assertThat(hash(terminal)).isEqualTo(hash);
    try (Installation opened = Installation.open(config(restored))) {
      Assertions.assertThatThrownBy(() -> resolve(opened, SecretUser.connector("shop")))
          .hasMessageContaining("another master key");
    }
    assertThat(terminal.run("secret", "reset")).isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("shop/key", "./ipai secret reset --yes");
    assertThat(terminal.run("doctor")).isEqualTo(Cli.FAILED);
    assertThat(terminal.out()).contains("VLT-012", "./ipai secret reset");
    done(terminal, "secret", "reset", "--yes");
    assertThat(terminal.out()).contains("shop/key", "lost", "connector:shop");
    assertThat(terminal.err()).contains("./ipai secret put NAME");
    done(terminal, "secret", "list", "-o", "csv");
    assertThat(terminal.out()).contains("lost");
    done(terminal, "doctor");
    assertThat(terminal.out()).contains("lost with their master key: shop/key");
    assertThat(terminal.run("secret", "reset", "--yes")).isEqualTo(Cli.FAILED);
    assertThat(terminal.err()).contains("VLT-017");
    try (Platform running = start(restored)) {
      Assertions.assertThat(running.installation().vault().list())
          .as("the platform makes its own keys anew")
          .anySatisfy(
              secret -> {
                Assertions.assertThat(secret.ref()).isEqualTo(KeyRing.SECRET);
                Assertions.assertThat(secret.isLost()).isFalse();
              });
    }
  }

  private static PlatformConfig config(Path data) {
    return PlatformConfig.embedded(Path.of(System.getProperty("ipai.root", "../..")), data);
  }

  private Path copyOf(Path data, String name, String... kept) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    for (String one : kept) {
      try (var files = Files.walk(data.resolve(one))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(data.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return copy;
  }
}
