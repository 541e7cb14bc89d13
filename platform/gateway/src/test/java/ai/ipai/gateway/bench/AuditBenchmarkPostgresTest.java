package ai.ipai.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** That it runs; figures of a shared machine prove nothing. */
@EnabledIfSystemProperty(named = "ipai.test.all", matches = "true")
final class AuditBenchmarkPostgresTest {
  @Test
  @Tag("REQ-AUDIT-009")
  void measuresBothCostsBesideTheirBaselines() {
    AtomicInteger turns = new AtomicInteger();
    List<AuditBenchmark.Cost> costs;
    try (TestDatabase database = TestPostgres.create()) {
      costs = AuditBenchmark.run(database.database(), turns::incrementAndGet);
    }
    assertThat(turns).hasValue(AuditBenchmark.TURNS);
    assertThat(costs)
        .hasSize(2)
        .allSatisfy(
            cost -> {
              assertThat(cost.without()).isPositive();
              assertThat(cost.with()).isPositive();
              assertThat(cost.percent()).isLessThan(100);
            });
  }
}
