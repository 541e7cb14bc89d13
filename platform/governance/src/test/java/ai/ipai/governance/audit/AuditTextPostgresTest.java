package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.vault.SecretValue;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever somebody sent can be recorded, except a secret. */
@Tag("REQ-AUDIT-004")
final class AuditTextPostgresTest extends AuditDatabase {
  @Test
  void anyTextCanBeRecorded() throws SQLException {
    String odd = "nul \0 lone \uD83D pair \uD83D\uDE00 ' \\ \" {} ${jndi:x} \u2028 ";
    AuditEntry.Builder builder =
        AuditEntry.of("odd " + odd)
            .principal("user:" + "x".repeat(100_000))
            .object(odd)
            .deny(odd)
            .detail(odd, Map.of("nested", List.of(odd, 1, true, Double.NaN)));
    reads.await(builder.build());
    reads.await(builder.detail("much", "y".repeat(900)).detail("deep", deep(100)).build());
    Map<String, Object> many = new java.util.HashMap<>();
    for (int i = 0; i < 1000; i++) {
      many.put("k" + i, "z".repeat(500));
    }
    reads.await(builder.detail("many", many).build());
    assertThat(count("length(principal) <= 1000")).isEqualTo(3);
    assertThat(count("details ? 'omitted'")).isEqualTo(1);
  }

  private static Object deep(int levels) {
    Object value = "end";
    for (int i = 0; i < levels; i++) {
      value = List.of(value);
    }
    return value;
  }

  @Test
  void knownSecretsAreScrubbedFromEveryField() throws SQLException {
    scrubber.learn(SecretValue.of("canary-7f3a/91+x"));
    AuditEntry leaking =
        AuditEntry.of("connector.call canary-7f3a/91+x")
            .principal("user:canary-7f3a/91+x")
            .object("https://x/?k=canary-7f3a%2F91%2Bx")
            .deny("canary-7f3a/91+x")
            .detail("canary-7f3a/91+x", List.of("Basic canary-7f3a/91+x"))
            .build();
    reads.await(leaking);
    new ControlTransactions(database.database())
        .run(
            CallerOptions.writing(),
            connection -> {
              log.record(connection, leaking);
              return true;
            });
    assertThat(count("audit_log::text like '%canary%'")).isZero();
    assertThat(count("principal = 'user:***'")).isEqualTo(2);
  }
}
