package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SQL that a caller writes is that caller's alone. */
class CallerSqlPlatformTest extends SmallCompany {
  @Test
  @Tag("REQ-SERVER-008")
  void sqlOfACallerIsThatCallersAlone() throws Exception {
    Installation installation = platform.installation();
    CallerSql sql =
        new CallerSql(installation.auditReads(), new SessionClaims(installation.control()));
    CallerSql.Writer writer = CallerSql.Writer.owning("user:bruno");
    String all = "select distinct company_id from gold_finance.profit order by 1";
    try (Connection bruno = new SqlLogins(installation).open("bruno@example.com")) {
      Page page = sql.run(bruno, writer, all, 10, "r1");
      assertThat(page.rows()).containsExactly(List.of(1L), List.of(2L));
    }
    for (String attack :
        List.of(
            "select ipai.claims() from gold_finance.profit where company_id = 3",
            "select count(*) from silver_erp.partner",
            "select current_setting('request.jwt.claims', true) from auth.users")) {
      try (Connection bruno = new SqlLogins(installation).open("bruno@example.com")) {
        Page page = sql.run(bruno, writer, attack, 10, "r2");
        assertThat(page.rows()).as(attack).isEmpty();
      } catch (IpaiException refused) {
        assertThat(refused.code().id()).startsWith("GW-");
      }
    }
    try (Connection forged = new SqlLogins(installation).open("bruno@example.com");
        Statement statement = forged.createStatement()) {
      statement.execute(
          "set request.jwt.claims = '{\"app_metadata\":{\"ipai_roles\":[\"ipai_platform_admin\"]},\"company_ids\":[3]}'");
      assertThat(sql.run(forged, writer, all, 10, "r3").rows())
          .containsExactly(List.of(1L), List.of(2L));
    }
  }

  @Test
  @Tag("REQ-ACCESS-017")
  void claimsAreBoundToTheTransactionOfALoginThatCallersShare() throws Exception {
    Installation installation = platform.installation();
    CallerSql sql =
        new CallerSql(installation.auditReads(), new SessionClaims(installation.control()));
    String all = "select distinct company_id from gold_finance.profit order by 1";
    for (long company : List.of(1L, 3L)) {
      String claims =
          "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_bi_developer\"]},\"company_ids\":["
              + company
              + "]}";
      CallerSql.Writer writer =
          new CallerSql.Writer("role:ipai_bi_developer", Optional.of(claims), "");
      try (Connection shared = installation.database().open(Login.SQL_BI_DEVELOPER)) {
        assertThat(sql.run(shared, writer, all, 10, "r4").rows()).containsExactly(List.of(company));
        CallerSql.Writer role = CallerSql.Writer.owning("role:ipai_bi_developer");
        assertThat(sql.run(shared, role, all, 10, "r5").rows()).isEmpty();
      }
    }
  }
}
