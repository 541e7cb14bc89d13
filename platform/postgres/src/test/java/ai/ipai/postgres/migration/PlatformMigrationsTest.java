package ai.ipai.postgres.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-DB-030")
class PlatformMigrationsTest {
  private final MigrationSet platform = MigrationSet.ofPlatform();

  /** By the name the migrator tells ours from those of the project that shares the table. */
  @Test
  void everyPlatformMigrationIsNamedAsOne() {
    assertThat(platform.migrations()).isNotEmpty();
    assertThat(platform.migrations())
        .allSatisfy(
            migration -> {
              assertThat(migration.name()).startsWith("ipai_");
              assertThat(migration.version()).matches("[0-9]{14}");
            });
  }

  @Test
  void everyPlatformMigrationIsOneTransactionThatEndsAsItself() {
    assertThat(platform.migrations())
        .allSatisfy(
            migration -> {
              var statements = SqlSplitter.split(migration.sql());
              statements.forEach(TransactionControl::refuse);
              boolean switchesRole =
                  statements.stream()
                      .anyMatch(s -> s.text().toLowerCase(Locale.ROOT).startsWith("set role"));
              if (switchesRole) {
                assertThat(statements.getLast().text()).isEqualToIgnoringCase("reset role");
              }
            });
  }
}
