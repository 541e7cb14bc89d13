package ai.ipai.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-001")
final class AuditSearchPostgresTest extends AuditDatabase {
  @Test
  void onlyAuditorsAndPlatformAdminsRead() throws SQLException {
    reads.await(entry("table.read"));
    CallerTransactions transactions = new CallerTransactions(database.database());
    for (String role :
        List.of(
            "platform_admin",
            "data_engineer",
            "analytics_engineer",
            "bi_developer",
            "ai_engineer",
            "operator",
            "auditor")) {
      boolean mayRead = role.equals("auditor") || role.equals("platform_admin");
      Caller caller =
          new Caller(
              role,
              "authenticated",
              "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_"
                  + role
                  + "\"]}}",
              "r",
              role);
      List<AuditRecord> seen =
          transactions.run(
              caller,
              CallerOptions.reading(),
              connection -> AuditSearch.page(connection, AuditQuery.everything()));
      assertThat(seen).as(role).hasSize(mayRead ? 1 : 0);
      try (Connection own =
          database.database().open(Login.sqlLoginOf("ipai_" + role).orElseThrow())) {
        if (mayRead) {
          assertThat(AuditSearch.page(own, AuditQuery.everything())).as(role).hasSize(1);
        } else {
          assertThatThrownBy(() -> AuditSearch.page(own, AuditQuery.everything()))
              .as(role)
              .isNotNull();
        }
      }
    }
  }

  @Test
  void searchFiltersAndPages() throws SQLException {
    for (int i = 0; i < 25; i++) {
      reads.await(
          AuditEntry.of(i % 2 == 0 ? "table.read" : "table.write")
              .principal(i < 5 ? "agent:pulser" : "user:alice")
              .object("gold_finance.t" + i % 3)
              .allow("GRANT")
              .rows(i)
              .duration(Duration.ofMillis(i))
              .build());
    }
    try (Connection auditor = database.database().open(Login.SQL_AUDITOR)) {
      List<AuditRecord> first = AuditSearch.page(auditor, AuditQuery.everything().limit(10));
      List<AuditRecord> second =
          AuditSearch.page(
              auditor, AuditQuery.everything().limit(10).beforeId(first.getLast().id()));
      assertThat(first).hasSize(10).isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()));
      assertThat(second).hasSize(10).doesNotContainAnyElementsOf(first);
      AuditQuery agents = AuditQuery.everything().principal("agent:*").action("table.read");
      assertThat(AuditSearch.page(auditor, agents))
          .extracting(AuditRecord::rowCount)
          .containsExactly(4L, 2L, 0L);
      assertThat(AuditSearch.page(auditor, AuditQuery.everything().decision(Decision.DENY)))
          .isEmpty();
      assertThat(AuditSearch.page(auditor, AuditQuery.everything().object("gold_finance.t0")))
          .hasSize(9);
      assertThat(
              AuditSearch.page(
                  auditor, AuditQuery.everything().until(first.getLast().at()).limit(1000)))
          .hasSize(15);
      assertThat(
              AuditSearch.page(
                  auditor, AuditQuery.everything().since(first.getLast().at()).limit(1000)))
          .hasSize(10);
      assertThat(AuditSearch.after(auditor, first.getLast().id(), AuditQuery.everything()))
          .hasSize(9)
          .isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    }
  }
}
