package ai.ipai.governance.config;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.yaml.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-WSP-002")
class ConfigurationReferenceTest {
  private static final Path ROOT = Path.of(System.getProperty("ipai.root", "../.."));
  private static final Path REFERENCE = ROOT.resolve("docs/reference/configuration.md");
  private static final Pattern VARIABLE = Pattern.compile("\"(IPAI_[A-Z0-9_]+)\"");

  /** A variable that the program reads and the settings refuse could never be set. */
  @Test
  void everyVariableThatTheProgramReadsMayBeSet() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("platform"))) {
      for (Path file :
          files.filter(path -> path.toString().matches(".*/src/main/java/.*[.]java")).toList()) {
        Matcher name = VARIABLE.matcher(Files.readString(file));
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    assertThat(names).hasSizeGreaterThan(Setting.values().length);
    Faults faults = new Faults();
    SettingSources sources = new SettingSources(faults);
    sources.addEnvironment(names.stream().collect(Collectors.toMap(name -> name, name -> "x")));
    assertThat(faults.list()).isEmpty();
  }

  @Test
  void theReferenceListsEverySettingAsTheProgramHasIt() throws IOException {
    String reference = Files.readString(REFERENCE);
    for (Setting setting : Setting.values()) {
      assertThat(reference)
          .contains(
              "| `%s` | %s | %s | %s |"
                  .formatted(
                      setting.variable(),
                      setting.key().map(key -> "`" + key + "`").orElse(""),
                      setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                      setting.meaning()));
    }
    assertThat(reference.lines().filter(line -> line.startsWith("| `IPAI_")))
        .hasSameSizeAs(Setting.values());
  }
}
