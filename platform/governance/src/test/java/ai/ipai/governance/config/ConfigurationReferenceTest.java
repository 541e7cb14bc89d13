package ai.ipai.governance.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-WSP-002")
class ConfigurationReferenceTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("ipai.root", "../.."), "docs/reference/configuration.md");

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
