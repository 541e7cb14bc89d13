package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A migration that databases have applied is never edited, and none comes before it: they would
 * stay as they are. What is wrong in one is put right by a new one. {@code
 * shipped-migrations.sha256} is what {@code sha256sum} prints; a release adds its files.
 */
@Tag("REQ-DB-036")
class ShippedMigrationsTest {
  @Test
  void migrationsThatDatabasesHaveAppliedStayAsTheyAre() throws Exception {
    Map<String, String> present = new TreeMap<>();
    for (Migration migration : MigrationSet.ofPlatform().migrations()) {
      present.put(migration.file(), Sha256.hex(migration.sql()));
    }
    Map<String, String> shipped = shipped();
    assertThat(present).containsAllEntriesOf(shipped);
    assertThat(present.keySet().stream().limit(shipped.size()).toList())
        .as("no migration comes before one that was shipped")
        .isEqualTo(List.copyOf(shipped.keySet()));
  }

  private static Map<String, String> shipped() throws IOException {
    Map<String, String> shipped = new TreeMap<>();
    try (InputStream in =
        Objects.requireNonNull(
            ShippedMigrationsTest.class.getResourceAsStream("/shipped-migrations.sha256"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" +", 2))
          .forEach(parts -> shipped.put(parts[1], parts[0]));
    }
    assertThat(shipped).hasSizeGreaterThan(10);
    return shipped;
  }
}
