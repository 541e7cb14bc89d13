package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.spi.connector.ConnectorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("REQ-WSP-004")
class WorkspaceTest {
  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<String> faults(KnownNames known) {
    Faults faults = new Faults();
    Workspace.read(root, known, faults);
    return faults.list().stream().map(Object::toString).toList();
  }

  @Test
  void aSoundWorkspaceIsReadWhole() throws IOException {
    file("ipai.yaml", "name: company\n");
    file(
        "connectors/erp.yaml",
        "type: odoo\ndomain: erp\nconnection: {api_key: 'secret://erp/key'}\n");
    file(
        "jobs/nightly.yml",
        "tasks:\n  - {name: load, sync: erp}\n  - {name: build, build: all, after: [load]}\n");
    file(
        "policies/finance.yaml",
        "grants:\n  - {to: [ipai_auditor], on: [gold_finance.invoice], allow: [select]}\n");
    file("models/gold/x.sql", "select 1");
    Faults faults = new Faults();
    Workspace workspace = Workspace.read(root, KnownNames.none(), faults);
    assertThat(workspace.name()).isEqualTo("company");
    assertThat(workspace.declared())
        .extracting(Declared::toString)
        .containsExactly("connector erp", "job nightly");
    assertThat(workspace.find(DeclaredKind.JOB, "nightly").orElseThrow().file())
        .isEqualTo("jobs/nightly.yml");
    assertThat(workspace.policies().grants())
        .singleElement()
        .satisfies(
            rule -> assertThat(rule.place().toString()).startsWith("policies/finance.yaml:2"));
  }

  @Test
  void reformattingAFileDoesNotChangeItsHash() throws IOException {
    file("ipai.yaml", "name: company\n");
    file("connectors/erp.yaml", "type: odoo\ndomain: erp\nconnection:\n  pages: 1.50\n  x: null\n");
    JsonNode before = only().definition();
    file("connectors/erp.yaml", "# comment\ndomain: 'erp'\nconnection: {pages: 1.5}\ntype: odoo\n");
    assertThat(only().definition()).isEqualTo(before);
    file("connectors/erp.yaml", "domain: 'erp'\nconnection: {pages: 1.6}\ntype: odoo\n");
    assertThat(only().definition()).isNotEqualTo(before);
  }

  private Declared only() {
    return Workspace.load(root, KnownNames.none()).declared().getFirst();
  }

  @Test
  void aFolderWithoutIpaiYamlSaysHowToStart() {
    assertThat(faults(KnownNames.none()))
        .singleElement()
        .asString()
        .startsWith("ipai.yaml WSP-021")
        .contains("./ipai new workspace");
    assertThatThrownBy(() -> Workspace.load(root.resolve("nowhere"), KnownNames.none()))
        .hasMessageContaining("WSP-021");
  }

  @Test
  void faultsOfAllFilesAreReportedInOneRun() throws IOException {
    file("ipai.yaml", "name: company\ntarget: dev\ntargts: {}\n");
    file("connectors/erp.yaml", "type: odo\ndomain: erp\n");
    file("connectors/erp.yml", "type: odoo\ndomain: erp\n");
    file("connectors/broken.yaml", "type: [\n");
    file("connector/stray.yaml", "type: odoo\n");
    file(
        "semantic/pnl.yaml",
        """
        table: gold_finance.profit_and_los
        dimensions: [{name: month}, {name: month}]
        measures: [{name: revenue, aggregate: sum}]
        """);
    file(
        "dashboards/finance.yaml",
        """
        title: Finance
        tiles:
          - {title: A, chart: line, semantic: pln, measures: [revenue]}
          - {title: B, chart: line, semantic: pnl, measures: [revenu], by: [mont], where: {moth: x}}
        """);
    file(
        "agents/pulser.yaml",
        """
        purpose: Answers questions
        owner: finance
        roles: [ipai_bi_develper]
        tools: [sql]
        schemas: [gold_finance]
        operations: [read]
        approval: [write]
        budget: {calls_per_minute: 10}
        """);
    file(
        "apps/cc.yaml",
        "title: CC\nowner: finance\nschemas: [gold_finance]\ndashboards: [financ]\n");
    file(
        "demo-users.yaml",
        "users:\n  - {email: a@b, roles: [ipai_audito]}\n  - {email: a@b, roles: []}\n");
    KnownNames known =
        KnownNames.none()
            .withConnectorTypes(Map.of("odoo", new ConnectorSpec("odoo", "Odoo", "", "", true)))
            .withTables(Set.of("gold_finance.profit_and_loss"));
    assertThat(faults(known))
        .containsExactly(
            "agents/pulser.yaml:3:9 WSP-024 there is no platform role \"ipai_bi_develper\" (did you"
                + " mean \"ipai_bi_developer\"?)",
            "agents/pulser.yaml:7:12 WSP-024 there is no operation of this agent \"write\" → known:"
                + " read",
            "apps/cc.yaml:4:14 WSP-024 there is no dashboard \"financ\" (did you mean"
                + " \"finance\"?)",
            "connector WSP-028 nothing reads this folder (did you mean \"connectors\"?) → rename"
                + " it",
            "connectors/broken.yaml:2:1 WSP-002 the file ends inside a value → close the bracket,"
                + " brace or quote",
            "connectors/erp.yaml:1:7 WSP-024 there is no connector type \"odo\" (did you mean"
                + " \"odoo\"?)",
            "connectors/erp.yml WSP-023 a second connector is called \"erp\" → rename one; the"
                + " other is in connectors/erp.yaml",
            "dashboards/finance.yaml:3:39 WSP-024 there is no semantic model \"pln\" (did you mean"
                + " \"pnl\"?)",
            "dashboards/finance.yaml:4:55 WSP-024 there is no measure of pnl \"revenu\" (did you"
                + " mean \"revenue\"?)",
            "dashboards/finance.yaml:4:69 WSP-024 there is no dimension of pnl \"mont\" (did you"
                + " mean \"month\"?)",
            "dashboards/finance.yaml:4:84 WSP-024 there is no dimension of pnl \"moth\" (did you"
                + " mean \"month\"?)",
            "demo-users.yaml:2:26 WSP-024 there is no platform role \"ipai_audito\" (did you mean"
                + " \"ipai_auditor\"?)",
            "demo-users.yaml:3:13 WSP-023 a second user is called \"a@b\" → rename one; the other"
                + " is at line 2",
            "ipai.yaml:3:1 WSP-004 unknown key \"targts\" (did you mean \"targets\"?)",
            "semantic/pnl.yaml:1:8 WSP-024 there is no published table"
                + " \"gold_finance.profit_and_los\" (did you mean"
                + " \"gold_finance.profit_and_loss\"?)",
            "semantic/pnl.yaml:2:36 WSP-023 a second dimension or measure is called \"month\" →"
                + " rename one; the other is at line 2");
  }

  @Test
  void tasksAndJobsThatWaitForThemselvesAreFound() throws IOException {
    file("ipai.yaml", "name: company\n");
    file(
        "jobs/a.yaml",
        """
        tasks:
          - {name: one, job: b, after: [three]}
          - {name: two, sync: erp, after: [one]}
          - {name: three, build: x, after: [two]}
          - {name: three, build: x}
        """);
    file(
        "jobs/b.yaml",
        "tasks: [{name: x, job: a}, {name: y, job: b}, {name: z, build: m, after: [w]}]\n");
    assertThat(faults(KnownNames.none()))
        .containsExactly(
            "jobs/a.yaml:2:3 WSP-025 jobs run each other in a circle: a → b → a → let one of them"
                + " not run the next",
            "jobs/a.yaml:2:5 WSP-025 tasks wait for each other in a circle: one → three → two → one"
                + " → remove one of the after entries",
            "jobs/a.yaml:3:23 WSP-024 there is no connector \"erp\" → nothing of that kind is"
                + " declared",
            "jobs/a.yaml:5:12 WSP-023 a second task is called \"three\" → rename one; the other is"
                + " at line 4",
            "jobs/b.yaml:1:8 WSP-025 jobs run each other in a circle: b → b → let one of them not"
                + " run the next",
            "jobs/b.yaml:1:75 WSP-024 there is no task in this job \"w\" → known: x, y, z");
  }

  @Test
  @Tag("REQ-WSP-005")
  void secretsAreOnlyNamedAndMissingOnesAreListed() throws IOException {
    String canary = "canary-value-8d1f";
    file("ipai.yaml", "name: company\n");
    file(
        "connectors/erp.yaml",
        """
        type: odoo
        domain: erp
        connection:
          url: https://me:%s@erp.example.com
          api_key: %s
          client-secret: secret://erp/client
          password: "secret://Not Valid"
          token: "secret://erp/kye"
        """
            .formatted(canary, canary));
    List<String> faults = faults(KnownNames.none().withSecrets(Set.of("erp/key", "erp/client")));
    assertThat(faults)
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .startsWith("connectors/erp.yaml:4:8 WSP-026 \"url\" holds a secret"),
            two -> assertThat(two).startsWith("connectors/erp.yaml:5:12 WSP-026 \"api_key\""),
            three -> assertThat(three).startsWith("connectors/erp.yaml:7:13 WSP-007"),
            four ->
                assertThat(four)
                    .isEqualTo(
                        "connectors/erp.yaml:8:10 WSP-027 the vault holds no secret \"erp/kye\""
                            + " (did you mean \"erp/key\"?)"));
    assertThat(faults.toString()).doesNotContain(canary);
  }

  @Test
  void settingsOfAConnectorAreCheckedByItsOwnSchemas() throws IOException {
    file("ipai.yaml", "name: company\n");
    file(
        "connectors/erp.yaml",
        "type: odoo\ndomain: erp\nconnection: {databse: x}\nstreams: [{name: a, feilds: [x]}]\n");
    String schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"%s\":{}},\"required\":[%s]}";
    ConnectorSpec odoo =
        new ConnectorSpec(
            "odoo",
            "Odoo",
            schema.formatted("database", "\"database\""),
            schema.formatted("fields", ""),
            true);
    assertThat(faults(KnownNames.none().withConnectorTypes(Map.of("odoo", odoo))))
        .containsExactly(
            "connectors/erp.yaml:3:13 WSP-005 the key \"database\" is missing → add it",
            "connectors/erp.yaml:3:14 WSP-004 unknown key \"databse\" (did you mean \"database\"?)",
            "connectors/erp.yaml:4:21 WSP-004 unknown key \"feilds\" (did you mean \"fields\"?)");
  }

  @Test
  void linksOutOfTheWorkspaceAreNotFollowed(@TempDir Path elsewhere) throws IOException {
    file("ipai.yaml", "name: company\n");
    Files.writeString(elsewhere.resolve("erp.yaml"), "type: odoo\ndomain: erp\n");
    Files.createDirectories(root.resolve("connectors"));
    Files.createSymbolicLink(root.resolve("connectors/erp.yaml"), elsewhere.resolve("erp.yaml"));
    assertThat(Workspace.load(root, KnownNames.none()).declared()).isEmpty();
  }

  @Test
  @Tag("REQ-CON-143")
  void writeBackJobsAreCheckedAgainstTheirSchemaAndTheirConnector() throws IOException {
    file("ipai.yaml", "name: company\n");
    file(
        "connectors/erp.yaml",
        "type: odoo\ndomain: erp\nconnection: {write: {res.partner: [phone, email]}}\n");
    String job =
        "connector: erp\n"
            + "model: res.partner\n"
            + "query: select 1\n"
            + "key: id\n"
            + "operation: upsert\n"
            + "mapping: {phone: p}\n";
    file("write_back/phones.yaml", job);
    assertThat(faults(KnownNames.none())).isEmpty();
    file("write_back/phones.yaml", job.replace("{phone: p}", "{phon: p}"));
    file("write_back/other.yaml", job.replace("connector: erp", "connector: epr"));
    file("write_back/update.yaml", job.replace("upsert", "update"));
    file("write_back/typo.yaml", job.replace("key: id", "keys: id"));
    file("write_back/role.yaml", job + "approver: ipai_boss\n");
    assertThat(String.join("\n", faults(KnownNames.none())))
        .contains("write_back/phones.yaml:6:11 WSP-024")
        .contains("did you mean \"phone\"?")
        .contains("write_back/other.yaml:1:12 WSP-024 there is no connector \"epr\"")
        .contains("write_back/update.yaml")
        .contains("match")
        .contains("write_back/typo.yaml:4:1 WSP-004 unknown key \"keys\"")
        .contains("write_back/role.yaml:7:11 WSP-024 there is no platform role \"ipai_boss\"");
  }

  @Test
  void aStreamMayHaveAContractAndColumnRulesBesideItsTypesKeys() throws IOException {
    file("ipai.yaml", "name: company\n");
    file(
        "connectors/erp.yaml",
        "type: odoo\n"
            + "domain: erp\n"
            + "streams:\n"
            + "  - {name: a, contract: freeze, columns: {exclude: [b]}, fields: [c]}\n");
    ConnectorSpec odoo =
        new ConnectorSpec(
            "odoo",
            "Odoo",
            "{}",
            "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"fields\":"
                + " {}}}",
            true);
    assertThat(faults(KnownNames.none().withConnectorTypes(Map.of("odoo", odoo)))).isEmpty();
  }
}
