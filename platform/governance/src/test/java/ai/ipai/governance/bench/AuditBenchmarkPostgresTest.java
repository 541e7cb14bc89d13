package ai.ipai.governance.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** That it runs; figures of a shared machine prove nothing. */
@EnabledIfSystemProperty(named = "ipai.test.all", matches = "true")
final class AuditBenchmarkPostgresTest {
  @Test
  @Tag("REQ-AUDIT-009")
  void printsBothCostsBesideTheirBaselines() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (TestDatabase database = TestPostgres.create()) {
      AuditBenchmark.run(
          database.database(), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    System.out.print(text);
    assertThat(text.lines()).hasSize(2).allMatch(line -> line.contains("without audit"));
  }
}
