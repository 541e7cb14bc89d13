package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.ipai.governance.workspace.KnownNames;
import ai.ipai.governance.workspace.Workspace;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The example company with its files damaged: whatever is wrong with them, it is said with file and
 * line, and nothing is thrown.
 */
@Tag("REQ-WSP-004")
class WorkspaceFuzzTest {
  private static final Path COMPANY =
      Path.of(System.getProperty("ipai.root", "../..")).resolve("examples/company");
  private static final List<String> FOLDERS =
      List.of("connectors", "policies", "semantic", "dashboards", "jobs", "agents", "apps");

  private final KnownNames known =
      KnownNames.none()
          .withConnectorTypes(
              Workshop.connectorTypes(Path.of(".ipai")).stream()
                  .map(ConnectorType::spec)
                  .collect(Collectors.toMap(ConnectorSpec::type, spec -> spec)))
          .withSecrets(Set.of("odoo/api_key"));
  private final Map<String, String> files = new LinkedHashMap<>();

  @TempDir private Path root = Path.of("");

  @BeforeEach
  void copyTheCompany() throws IOException {
    keep("ipai.yaml");
    keep("demo-users.yaml");
    for (String folder : FOLDERS) {
      if (Files.isDirectory(COMPANY.resolve(folder))) {
        try (Stream<Path> found = Files.list(COMPANY.resolve(folder))) {
          for (Path file : found.sorted().toList()) {
            keep(folder + "/" + file.getFileName());
          }
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      write(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void keep(String name) throws IOException {
    files.put(name, Files.readString(COMPANY.resolve(name)));
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private List<Fault> faults() {
    Faults faults = new Faults();
    long start = System.nanoTime();
    Workspace.read(root, known, faults);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    return faults.list();
  }

  private List<Fault> faultsWith(String name, byte[] content, String what) throws IOException {
    write(name, content);
    try {
      List<Fault> faults = faults();
      for (Fault fault : faults) {
        assertThat(fault.toString())
            .as(what)
            .matches("(?s)[\\w./-]+(:\\d+)?(:\\d+)? [A-Z]+-\\d{3} .+")
            .doesNotContain("Exception", "\tat ");
      }
      return faults;
    } catch (RuntimeException | StackOverflowError thrown) {
      return fail(what, thrown);
    } finally {
      write(name, files.getOrDefault(name, "").getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<Fault> faultsWith(String name, String content, String what) throws IOException {
    return faultsWith(name, content.getBytes(StandardCharsets.UTF_8), what);
  }

  @Test
  void theCompanyItselfHasNoFault() {
    assertThat(faults()).isEmpty();
  }

  /** Every line of every file: gone, twice, with another key, with another type, cut off there. */
  @Test
  void whateverHappensToALineIsSaidAtItsPlace() throws IOException {
    Random random = new Random(7);
    boolean all = Boolean.getBoolean("ipai.test.all");
    int tried = 0;
    int refused = 0;
    for (Map.Entry<String, String> file : files.entrySet()) {
      List<String> lines = file.getValue().lines().toList();
      for (int at = 0; at < lines.size(); at++) {
        for (Damage damage : Damage.values()) {
          boolean counts = all || random.nextInt(30) == 0;
          Optional<String> damaged = counts ? damage.at(lines, at) : Optional.empty();
          if (damaged.isPresent()) {
            tried++;
            String what = damage + " of " + file.getKey() + ":" + (at + 1);
            refused += faultsWith(file.getKey(), damaged.get(), what).isEmpty() ? 0 : 1;
          }
        }
      }
    }
    System.out.println("workspace fuzz: " + refused + " of " + tried + " damaged files refused");
    assertThat(tried).isGreaterThan(100);
    assertThat(refused).isGreaterThan(tried / 3);
  }

  private enum Damage {
    DELETED,
    DOUBLED,
    MISSPELT,
    TURNED_TO_LIST,
    HUGE_NUMBER,
    TRUNCATED,
    TAB,
    UNCLOSED,
    INDENTED;

    /** Empty where the line has nothing of the kind. */
    Optional<String> at(List<String> lines, int at) {
      List<String> copy = new ArrayList<>(lines);
      String line = lines.get(at);
      switch (this) {
        case DELETED -> copy.remove(at);
        case DOUBLED -> copy.add(at, line);
        case MISSPELT -> copy.set(at, line.replaceFirst("(\\w+):", "$1x:"));
        case TURNED_TO_LIST -> copy.set(at, line.replaceFirst(":.*", ": [[1, {a: 2}], ~]"));
        case HUGE_NUMBER -> copy.set(at, line.replaceFirst(":.*", ": 1" + "0".repeat(5_000)));
        case TRUNCATED -> copy.subList(at, copy.size()).clear();
        case TAB -> copy.set(at, "\t" + line);
        case UNCLOSED -> copy.set(at, line + " [\"");
        case INDENTED -> copy.set(at, "   " + line);
      }
      String text = String.join("\n", copy) + "\n";
      return copy.equals(lines) ? Optional.empty() : Optional.of(text);
    }
  }

  @Test
  void unknownKeysOfAConnectorAreAtTheirLineWithTheNearestKey() throws IOException {
    String erp = files.getOrDefault("connectors/erp.yaml", "");
    assertThat(
            faultsWith(
                "connectors/erp.yaml",
                erp.replace("database: odoo18", "databse: odoo18")
                    .replace("reconcile:", "reconcil:"),
                "misspelt"))
        .extracting(Fault::toString)
        .anySatisfy(
            f ->
                assertThat(f)
                    .startsWith("connectors/erp.yaml:8:3")
                    .contains("did you mean \"database\"?"))
        .anySatisfy(f -> assertThat(f).contains("did you mean \"reconcile\"?"));
    assertThat(
            faultsWith(
                "connectors/erp.yaml", erp.replace("type: odoo", "type: odo"), "unknown type"))
        .extracting(Fault::toString)
        .anySatisfy(f -> assertThat(f).contains(":2:7", "did you mean \"odoo\"?"));
    assertThat(
            faultsWith(
                "connectors/erp.yaml",
                erp.replace("secret://odoo/api_key", "secret://odoo/api_kye"),
                "missing secret"))
        .extracting(Fault::toString)
        .anySatisfy(f -> assertThat(f).contains(":10:11", "did you mean \"odoo/api_key\"?"));
    assertThat(
            faultsWith(
                "connectors/delivery.yaml",
                files.getOrDefault("connectors/erp.yaml", ""),
                "copied"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anchors | a: &a [x, x]\\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\\nd: &d [*c, *c, *c, *c, *c, *c, *c]\\ne: [*d, *d, *d, *d, *d, *d]",
        "self | a: &a {b: *a}",
        "unknown alias | type: *nothing",
        "two documents | type: odoo\\n---\\ntype: odoo",
        "twice the key | type: odoo\\ntype: odoo",
        "merge key | <<: {type: odoo}\\ndomain: erp",
        "tag | type: !!java.lang.Runtime odoo",
        "binary tag | type: !!binary aGFsbG8=",
        "complex key | ? [a, b]\\n: c",
        "only a scalar | just text",
        "only a list | - a\\n- b",
        "control character | type: \"a\\u0000b\"",
        "not a number | type: .nan",
        "sexagesimal | domain: 190:20:30",
        "directive | %YAML 9.9\\n---\\ntype: odoo"
      })
  void oddYamlIsRefusedOrRead(String what, String yaml) throws IOException {
    faultsWith("connectors/erp.yaml", yaml.replace("\\n", "\n"), what);
    assertThat(
            faultsWith(
                "policies/masks.yaml", yaml.replace("\\n", "\n"), what + " among the policies"))
        .isNotEmpty();
  }

  @Test
  void depthsSizesAndBytesThatNoFileShouldHave() throws IOException {
    String file = "policies/grants.yaml";
    assertThat(faultsWith(file, "[".repeat(50_000), "deep")).isNotEmpty();
    assertThat(faultsWith(file, "a: ".repeat(5_000), "deep in line")).isNotEmpty();
    StringBuilder nested = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      nested.append(" ".repeat(Math.min(i, 300))).append("a:\n");
    }
    assertThat(faultsWith(file, nested.toString(), "nested")).isNotEmpty();
    assertThat(faultsWith(file, "x".repeat(2 << 20), "large")).isNotEmpty();
    assertThat(faultsWith(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 65}, "UTF-16"))
        .isNotEmpty();
    assertThat(faultsWith(file, new byte[] {'a', ':', ' ', (byte) 0xc3, 0x28}, "not UTF-8"))
        .isNotEmpty();
    assertThat(faultsWith(file, "\ufeff" + files.getOrDefault(file, ""), "BOM")).isEmpty();
    assertThat(faultsWith(file, files.getOrDefault(file, "").replace("\n", "\r\n"), "CRLF"))
        .isEmpty();
    assertThat(faultsWith("ipai.yaml", "", "empty")).isNotEmpty();
    assertThat(faultsWith(file, "", "no rules")).isEmpty();
  }
}
