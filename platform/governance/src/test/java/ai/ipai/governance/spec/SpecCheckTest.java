package ai.ipai.governance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-SPC-001")
class SpecCheckTest {
  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void replace(String name, String what, String with) throws IOException {
    String text = Files.readString(root.resolve(name));
    assertThat(text).contains(what);
    file(name, text.replace(what, with));
  }

  private List<String> faults() {
    return SpecCheck.run(root).faults().stream().map(Object::toString).toList();
  }

  @BeforeEach
  void writeASoundRepository() throws IOException {
    file("spec/platform/constitution.md", "# Platform\n\n## Principles\n\n1. Parity.\n");
    file(
        "spec/vault/constitution.md",
        "# Vault\n\nAbove it: [the platform's](../platform/constitution.md).\n\n## Principles\n\n- Named only.\n");
    file(
        "spec/vault/prd.md",
        """
        # Vault

        ## Purpose

        Secrets.

        ## Users

        Engineers.

        ## Requirements

        - **REQ-VLT-001** (done): A secret is never
          shown.
        - **REQ-VLT-002** (open): Keys rotate.

        ```
        - **REQ-XXX-999** (done): an example in code
        ```

        ## Out of scope

        Nothing.
        """);
    file("spec/vault/plan.md", "## Design\n\nx\n\n## Risks\n\nx\n\n## Verification\n\nx\n");
    file(
        "spec/vault/tasks.md",
        """
        ## Tasks

        - [x] T-VLT-001 Write it (with care)
          (REQ-VLT-001; VaultTest, apps/vault.test.ts)
        - [ ] T-VLT-002 Rotate keys (REQ-VLT-002)
        """);
    file(
        "docs/decisions/0001-plain.md",
        "# 1\n\n## Status\n\nAccepted, November 2026.\n\n## Context\n\nx\n\n## Decision\n\nx\n\n## Consequences\n\nx\n");
    file(
        "vault/src/test/java/VaultTest.java",
        "class VaultTest {\n  @Tag(\"REQ-VLT-001\")\n  void x() {}\n}\n");
    file("apps/vault.test.ts", "// REQ-VLT-001: never shown\ntest('x', () => {})\n");
  }

  @Test
  void aSoundRepositoryPasses() {
    SpecReport report = SpecCheck.run(root);
    assertThat(report.faults()).isEmpty();
    assertThat(report.exitCode()).isZero();
    assertThat(report.text())
        .isEqualTo(
            "2 features, 2 requirements (1 done, 1 open), 2 tasks, 2 links to tests, 1 decisions: sound\n");
    assertThat(report.json().toString())
        .contains("\"id\":\"REQ-VLT-001\",\"done\":true,\"statement\":\"A secret is never shown.\"")
        .contains("\"tests\":[\"apps/vault.test.ts\",\"VaultTest\"]");
  }

  @Test
  void missingFilesAndSectionsAreNamed() throws IOException {
    Files.delete(root.resolve("spec/vault/plan.md"));
    replace("spec/vault/prd.md", "## Users", "## User");
    replace("spec/vault/prd.md", "Secrets.", "");
    replace("spec/vault/constitution.md", "../platform/constitution.md", "x");
    assertThat(faults())
        .containsExactly(
            "spec/vault/constitution.md SPC-014 the platform's constitution is not named → say that spec/platform/constitution.md applies",
            "spec/vault/plan.md SPC-001 the spec kit lacks this file → write it; see docs/reference/spec-kits.md for its sections",
            "spec/vault/prd.md SPC-002 the section \"## Users\" is missing (did you mean \"user\"?)",
            "spec/vault/prd.md:3:1 SPC-002 the section \"## Purpose\" is empty → write it");
  }

  @Test
  void brokenLinksAreFoundInEveryDirection() throws IOException {
    replace(
        "spec/vault/tasks.md",
        "(REQ-VLT-001; VaultTest, apps/vault.test.ts)",
        "(REQ-VLT-010; VaultTset)");
    replace("spec/vault/tasks.md", "Rotate keys (REQ-VLT-002)", "Rotate keys");
    file("vault/src/test/java/OtherTest.java", "@Tag(\"REQ-VLT-003\")\nclass OtherTest {}\n");
    assertThat(faults())
        .containsExactly(
            "spec/vault/prd.md:13:1 SPC-009 REQ-VLT-001 has no task → write one in tasks.md that names it",
            "spec/vault/prd.md:15:1 SPC-009 REQ-VLT-002 has no task → write one in tasks.md that names it",
            "spec/vault/tasks.md:3:1 SPC-007 T-VLT-001 names REQ-VLT-010, which no prd.md states (did you mean \"REQ-VLT-001\"?) → state it in a prd.md, or correct the number",
            "spec/vault/tasks.md:3:1 SPC-010 T-VLT-001 names the test VaultTset, which is not there (did you mean \"VaultTest\"?) → name a test class, or the path of another test, or uncheck the task",
            "spec/vault/tasks.md:5:1 SPC-008 T-VLT-002 names no requirement → end it with (REQ-AREA-001; SomethingTest)",
            "vault/src/test/java/OtherTest.java:1:7 SPC-007 the test proves REQ-VLT-003, which no prd.md states (did you mean \"REQ-VLT-001\"?) → state it in a prd.md, or correct the number");
  }

  @Test
  void contradictionsOfStatusAreFound() throws IOException {
    replace("spec/vault/prd.md", "REQ-VLT-002** (open)", "REQ-VLT-002** (done)");
    assertThat(faults())
        .containsExactly(
            "spec/vault/prd.md:15:1 SPC-011 REQ-VLT-002 is done, but its task T-VLT-002 is open → finish the task at spec/vault/tasks.md:5:1, or mark the requirement (open)",
            "spec/vault/prd.md:15:1 SPC-012 REQ-VLT-002 is done, but no test says that it proves it → tag its test with @Tag(\"REQ-VLT-002\"), or mark it (open)");
  }

  @Test
  void aCheckedTaskOfAnOpenRequirementIsFine() throws IOException {
    replace("spec/vault/tasks.md", "[ ] T-VLT-002", "[x] T-VLT-002");
    assertThat(faults()).isEmpty();
  }

  @Test
  void aTestThatATaskNamesMustCarryItsRequirement() throws IOException {
    file("vault/src/test/java/SealTest.java", "class SealTest {}\n");
    replace("spec/vault/tasks.md", "apps/vault.test.ts", "SealTest");
    assertThat(faults())
        .containsExactly(
            "spec/vault/tasks.md:3:1 SPC-013 SealTest does not say that it proves REQ-VLT-001 → tag it with the requirement, or name the test that proves it");
  }

  @Test
  void commentsAndTextBlocksProveNothing() throws IOException {
    Files.delete(root.resolve("apps/vault.test.ts"));
    replace("spec/vault/tasks.md", ", apps/vault.test.ts", "");
    String tag = "@Tag(\"REQ-VLT-001\")";
    String quotes = "\"".repeat(3);
    file(
        "vault/src/test/java/VaultTest.java",
        "// "
            + tag
            + "\n/* '\"' "
            + tag
            + " */\nString s = "
            + quotes
            + "\n\\"
            + quotes
            + " "
            + tag
            + quotes
            + ";\nchar c = '\"'; // "
            + tag
            + "\n");
    assertThat(faults()).hasSize(2).anySatisfy(f -> assertThat(f).contains("SPC-012"));
    file("vault/src/test/java/VaultTest.java", "String s = \"//\"; char c = '\"'; " + tag + "\n");
    assertThat(faults()).isEmpty();
  }

  @Test
  void duplicatesAndBadFormsAreFoundAtTheirLines() throws IOException {
    replace(
        "spec/vault/prd.md",
        "- **REQ-VLT-002** (open): Keys rotate.",
        "- **REQ-VLT-001** (open): Again.\n- REQ-VLT-002: Keys");
    replace(
        "spec/vault/tasks.md",
        "T-VLT-002 Rotate keys (REQ-VLT-002)",
        "T-VLT-001 Again (REQ-VLT-001)\n- write it");
    assertThat(faults())
        .containsExactly(
            "spec/vault/prd.md:13:1 SPC-011 REQ-VLT-001 is done, but its task T-VLT-001 is open → finish the task at spec/vault/tasks.md:5:1, or mark the requirement (open)",
            "spec/vault/prd.md:15:1 SPC-004 REQ-VLT-001 stands here a second time → give it the next free number; the first is at spec/vault/prd.md:13:1",
            "spec/vault/prd.md:16:1 SPC-003 this is no requirement → write: - **REQ-AREA-001** (done): statement, or (open)",
            "spec/vault/tasks.md:5:1 SPC-006 T-VLT-001 stands here a second time → give it the next free number; the first is at spec/vault/tasks.md:3:1",
            "spec/vault/tasks.md:6:1 SPC-005 this is no task → write: - [x] T-AREA-001 text (REQ-AREA-001; SomethingTest)");
  }

  @Test
  @Tag("REQ-SPC-002")
  void decisionsAreNumberedAndWhole() throws IOException {
    String whole = Files.readString(root.resolve("docs/decisions/0001-plain.md"));
    file("docs/decisions/0001-again.md", whole);
    file(
        "docs/decisions/0003-gap.md",
        whole.replace("Accepted, November 2026.", "Superseded by 0009"));
    file("docs/decisions/0004-thin.md", "## Status\n\nMaybe\n\n## Context\n");
    file("docs/decisions/README.md", "x");
    file("docs/decisions/notes.md", whole);
    assertThat(faults())
        .containsExactly(
            "docs/decisions/0001-plain.md SPC-021 the number 0001 is taken → take the next free one; it is used by docs/decisions/0001-again.md",
            "docs/decisions/0003-gap.md SPC-021 the number before it is missing: 0002 → number decisions without gaps; a withdrawn one stays, marked as rejected",
            "docs/decisions/0003-gap.md:5:1 SPC-022 there is no decision 0009 → name the record that replaced this one",
            "docs/decisions/0004-thin.md SPC-002 the section \"## Consequences\" is missing → write it",
            "docs/decisions/0004-thin.md SPC-002 the section \"## Decision\" is missing → write it",
            "docs/decisions/0004-thin.md:3:1 SPC-022 this is no status → begin with Proposed, Accepted, Rejected, Deprecated or Superseded by NNNN",
            "docs/decisions/0004-thin.md:5:1 SPC-002 the section \"## Context\" is empty → write it",
            "docs/decisions/notes.md SPC-020 this is no name of a decision record → call it NNNN-title.md, the title in lower case with -");
  }

  @Test
  @Tag("REQ-SPC-003")
  void workspacesMayBeWithoutKitsUnlessTheySayOtherwise(@TempDir Path workspace)
      throws IOException {
    assertThat(SpecCheck.run(workspace).text()).contains("spec SPC-001 there is no spec kit");
    Files.writeString(workspace.resolve("ipai.yaml"), "name: company\n");
    assertThat(SpecCheck.run(workspace).isSound()).isTrue();
    Files.writeString(workspace.resolve("ipai.yaml"), "name: company\nspec: {required: true}\n");
    assertThat(SpecCheck.run(workspace).exitCode()).isEqualTo(1);
    Files.createDirectories(workspace.resolve("spec/stock"));
    Files.writeString(workspace.resolve("ipai.yaml"), "name: company\n");
    assertThat(SpecCheck.run(workspace).faults()).hasSize(4);
  }
}
