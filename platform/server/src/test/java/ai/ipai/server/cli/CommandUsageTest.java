package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.audit.seal.SealPublicKey;
import ai.ipai.governance.workspace.SchemaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands answer before they touch a database. */
@Tag("REQ-SERVER-001")
class CommandUsageTest {
  @TempDir private Path folder = Path.of("");
  private RecordingTerminal terminal = new RecordingTerminal();

  @BeforeEach
  void useAFolderOfItsOwn() {
    terminal = new RecordingTerminal(Map.of("IPAI_DATA_DIR", folder.resolve("data").toString()));
  }

  private void refused(String code, String said, String... args) {
    assertThat(terminal.run(args)).as(String.join(" ", args)).isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains(code, said).doesNotContain("\tat ");
    assertThat(folder.resolve("data/postgres")).doesNotExist();
  }

  @Test
  void grantsNameWhomTheyAreFor() {
    refused("SRV-001", "secret grant NAME", "secret", "grant", "odoo/api_key");
    refused("SRV-001", "takes no users", "secret", "rotate", "odoo/api_key", "connector:odoo");
    refused("SRV-001", "--for belongs to", "secret", "grant", "a", "role:x", "--for", "job:y");
    refused("VLT-007", "agent:", "secret", "grant", "odoo/api_key", "odoo");
    refused("SRV-008", "ipai_operator", "secret", "grant", "a/b", "role:ipai_operater");
    refused("VLT-001", "secret://", "secret", "grant", "Not A Name", "connector:odoo");
    refused("the word after secret", "revoke", "secret", "grnat", "a", "connector:b");
  }

  @Test
  void loginsForToolsAreNamedBeforeADatabaseIsOpened() {
    refused("SRV-001", "needs a name", "bi", "grant");
    refused("SRV-001", "takes no name", "bi", "list", "superset");
    refused("the word after bi", "revoke", "bi", "grnat", "ipai_auditor");
    refused("SRV-001", "--claims", "bi", "grant", "a@example.com", "--claims", "{\"a\": 1}");
    refused("SRV-001", "--days", "bi", "grant", "ipai_auditor", "--days", "-1");
    refused("the word after keys", "rotate", "keys", "rotat");
    refused("SRV-001", "--forget-former", "keys", "list", "--forget-former");
    refused("SRV-001", "-f FILE", "sql");
    refused("SRV-001", "--timeout", "sql", "select 1", "--timeout", "301");
  }

  @Test
  void aFormatThatAWordCannotPrintIsRefused() {
    refused("it knows table, csv, json", "--output env", "build", "-o", "env");
    refused("it knows table, json", "--output csv", "plan", "-o", "csv");
    refused("it knows table, json", "--output csv", "spec", "check", "-o", "csv");
  }

  @Test
  void aWriteBackIsReadBeforeADatabaseIsOpened() {
    refused("not aply", "plan, show, approve", "write-back", "aply", "phones");
    refused("no id of a write-back", "phones", "write-back", "apply", "phones");
    refused("no name of a job", "../x", "write-back", "plan", "../x");
  }

  @Test
  void aRestoreNeedsABackupAndItsKey() throws IOException {
    refused("SRV-001", "restore FILE", "restore");
    refused("SRV-001", "no backup file", "restore", folder.resolve("none.zip").toString());
    Path archive = Files.writeString(folder.resolve("a.zip"), "no zip");
    refused("BAK-012", "--allow-other-key", "restore", archive.toString());
    assertThat(folder.resolve("data/master.key")).doesNotExist();
    refused("BAK-011", "damaged", "restore", archive.toString(), "--allow-other-key");
  }

  @Test
  void aDatabaseWithAHostIsBackedUpThere() {
    String url = "postgresql://ipai_server:a-canary-word@db.abc.supabase.co/postgres";
    refused("BAK-001", "point-in-time", "backup", "x.zip", "--database-url", url);
    assertThat(terminal.err() + terminal.out()).doesNotContain("a-canary-word");
  }

  @Test
  @Tag("REQ-WSP-008")
  void aPlanFileThatIsNoneIsRefused() throws IOException {
    Path plan = folder.resolve("a.plan");
    refused("WSP-041", "no such file", "apply", "--plan", plan.toString());
    Files.writeString(plan, "not json");
    refused("WSP-041", "no JSON", "apply", "--plan", plan.toString());
    Files.writeString(plan, "{\"format\":1,\"wanted\":\"x\"}");
    refused("WSP-041", "no plan of this release", "apply", "--plan", plan.toString());
  }

  @Test
  void schemasArePrintedListedAndWritten() {
    List<String> names = SchemaLibrary.shipped().names();
    assertThat(terminal.run("schema", "-o", "json")).isEqualTo(Cli.DONE);
    assertThat(names).allSatisfy(name -> assertThat(terminal.out()).contains('"' + name + '"'));
    assertThat(terminal.run("schema", "job")).isEqualTo(Cli.DONE);
    assertThat(terminal.out()).contains("https://ipai.ai/schema/job.schema.json");
    Path out = folder.resolve("schemas");
    assertThat(terminal.run("schema", "--write", out.toString())).isEqualTo(Cli.DONE);
    assertThat(out.toFile().list()).hasSize(names.size());
    refused("SRV-001", "Did you mean policies?", "schema", "polices");
  }

  @Test
  @Tag("REQ-WSP-012")
  void aNewWorkspaceIsMadeOnceAndItsSpecKitIsSound() {
    String dir = folder.resolve("my-shop").toString();
    assertThat(terminal.run("new", "workspace", dir)).isEqualTo(Cli.DONE);
    assertThat(terminal.out()).contains("README.md", ".gitignore", "policies/access.yaml");
    assertThat(terminal.err()).contains("./ipai apply --workspace " + dir);
    assertThat(terminal.run("spec", "check", "--dir", dir)).isEqualTo(Cli.DONE);
    assertThat(terminal.out()).contains("1 done, 1 open");
    refused("WSP-029", "nothing is overwritten", "new", "workspace", dir);
    refused("the word after new", "workspace", "new", "workspce", dir);
  }

  @Test
  void theAuditKeyIsPrintedAloneAndVerifiesNothingElse() {
    assertThat(terminal.run("audit", "key")).isEqualTo(Cli.DONE);
    String printed = terminal.out().strip();
    assertThat(SealPublicKey.parse(printed).toString()).isEqualTo(printed);
    assertThat(terminal.err()).isEmpty();
    assertThat(terminal.run("audit", "key")).isEqualTo(Cli.DONE);
    assertThat(terminal.out().strip()).isEqualTo(printed);
    refused("AUD-023", "public key", "audit", "verify", "--key", "ipai-audit+00000000+AA==");
    refused("SRV-001", "--key", "audit", "verify", "--export", folder.toString());
    refused("SRV-001", "audit export DIR", "audit", "export");
  }

  @Test
  void completionsKnowEveryWordAndWhatMayFollow() {
    assertThat(terminal.run("completion", "bash")).isEqualTo(Cli.DONE);
    for (Word word : Words.all()) {
      assertThat(terminal.out()).contains("_picocli_ipai_" + word.name().replace("-", ""));
    }
    assertThat(terminal.out()).contains("\"tail\" \"search\" \"verify\"", "bashcompinit");
    assertThat(terminal.out())
        .contains("=(\"table\" \"json\")", "=(\"table\" \"csv\" \"json\" \"env\")")
        .doesNotContain("\"TABLE\"", "-o filenames -o default");
    assertThat(terminal.run("completion", "zsh")).isEqualTo(Cli.DONE);
    assertThat(terminal.out()).contains("complete -F _complete_ipai -o filenames -o default ipai");
    refused("the shell is bash or zsh", "--help", "completion", "fish");
  }

  @Test
  void testsRunThroughTheLauncher() {
    refused("SRV-001", "./ipai test --all --seed 7", "test", "--all", "--seed", "7");
  }
}
