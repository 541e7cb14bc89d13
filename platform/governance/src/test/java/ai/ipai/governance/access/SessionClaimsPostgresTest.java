package ai.ipai.governance.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two tenants write SQL on one login. Whatever tenant 1 writes, it gets no byte of tenant 2; and
 * nothing that it writes gets it out of its own claims.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("REQ-ACCESS-017")
class SessionClaimsPostgresTest {
  private static final String FORGED =
      "{\"role\":\"authenticated\",\"company_ids\":[1,2],\"app_metadata\":{\"ipai_roles\":[\"ipai_bi_developer\",\"ipai_platform_admin\"]}}";
  private final GovernedDatabase database = new GovernedDatabase();
  private final SessionClaims sessions =
      new SessionClaims(new ControlTransactions(database.test().database()));

  @BeforeAll
  void publish() throws SQLException {
    database.apply(
        """
        grants:
          - {to: [ipai_bi_developer, ipai_auditor], on: gold_a.deal, allow: [select]}
        row_filters:
          - {on: gold_a.deal, column: company_id, claim: company_ids, unless: [ipai_auditor]}
        masks:
          - {on: gold_a.deal.person, unless: ["user:maria@example.com"]}
        """);
    database.publish(
        "gold_a.deal",
        "select 1 as company_id, 'MARKER-A' as t, 'PERSON-A' as person union all select 2, 'MARKER-B', 'PERSON-B'");
  }

  @AfterAll
  void close() {
    database.close();
  }

  private static String claims(String rest, String... roles) {
    return "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\""
        + String.join("\",\"", roles)
        + "\"]},"
        + rest
        + "}";
  }

  private static String tenant(int company) {
    return claims("\"company_ids\":[" + company + "]", "ipai_bi_developer");
  }

  /** A session of the shared login with a transaction that is bound to a tenant. */
  private Connection bound(String claims) throws SQLException {
    Connection connection = database.test().database().open(Login.SQL_BI_DEVELOPER);
    connection.setAutoCommit(false);
    SessionClaims.Bound unused = sessions.bind(connection, claims);
    assertThat(unused).isNotNull();
    return connection;
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (boolean rows = statement.execute(sql);
          rows || statement.getUpdateCount() != -1;
          rows = statement.getMoreResults()) {
        if (rows) {
          try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
              texts.add(String.valueOf(result.getString(1)));
            }
          }
        }
      }
    }
    return texts;
  }

  /** Whatever came out of it, an error's text included. */
  private String outcome(String sql) throws SQLException {
    try (Connection attacker = bound(tenant(1))) {
      try {
        return String.join(",", texts(attacker, sql));
      } catch (SQLException refused) {
        return String.valueOf(refused.getMessage());
      }
    }
  }

  @Test
  void eachTransactionSeesItsOwnTenantSideBySide() throws SQLException {
    try (Connection one = bound(tenant(1));
        Connection two = bound(tenant(2));
        Connection nobody = database.test().database().open(Login.SQL_BI_DEVELOPER)) {
      for (int i = 0; i < 3; i++) {
        assertThat(texts(one, "select t from gold_a.deal")).containsExactly("MARKER-A");
        assertThat(texts(two, "select t from gold_a.deal")).containsExactly("MARKER-B");
        assertThat(texts(nobody, "select t from gold_a.deal")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with s as materialized (select set_config('request.jwt.claims', '%s', true)) select t from s, gold_a.deal",
        "with s as materialized (select set_config('request.jwt.claims', '%s', false), set_config('role', 'none', false)) select t from s, gold_a.deal",
        "do $$ begin set local request.jwt.claims = '%s'; raise exception '%%', (select string_agg(t, ',') from gold_a.deal); end $$",
        "reset role; set session request.jwt.claims = '%s'; select t from gold_a.deal",
        "reset all; reset session authorization; select t from gold_a.deal",
        "set session characteristics as transaction read write; set local transaction_timeout = 0; select t from gold_a.deal",
        "create function pg_temp.pg_backend_pid() returns int language sql as 'select 1'; set search_path = pg_temp, ipai, gold_a; select t from deal",
        "create temp table session_claims as select pg_backend_pid() as pid, session_user::name as login, now() as transaction_at, '%s'::jsonb as claims, now() as bound_at;"
            + " set search_path = pg_temp; select t from gold_a.deal",
        "prepare p as select t from gold_a.deal; select set_config('request.jwt.claims', '%s', false); execute p; execute p; execute p; execute p; execute p; execute p",
        "declare c cursor with hold for select t from gold_a.deal; select set_config('request.jwt.claims', '%s', false); fetch all from c",
        "savepoint a; select set_config('request.jwt.claims', '%s', false); rollback to a; select t from gold_a.deal",
        "select t from gold_a.deal where company_id = 2 or ipai.has_role('ipai_auditor') or true",
        "select t from gold_a.deal, lateral (select set_config('request.jwt.claims', '%s', true)) x"
      })
  void nothingThatATenantWritesShowsTheOthersRows(String attack) throws SQLException {
    assertThat(outcome(attack.contains("%s") ? attack.formatted(FORGED) : attack))
        .doesNotContain("MARKER-B")
        .doesNotContain("PERSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into ipai.session_claims (pid, login, transaction_at, claims) values (pg_backend_pid(), session_user, now(), '{\"role\":\"authenticated\"}')",
        "update ipai.session_claims set claims = claims || '{\"company_ids\":[2]}'",
        "delete from ipai.session_claims",
        "select claims from ipai.session_claims",
        "set role ipai_control; select claims from ipai.session_claims",
        "set session authorization ipai_server"
      })
  void theBindingIsOutOfReach(String attack) throws SQLException {
    assertThat(outcome(attack)).contains("permission denied").doesNotContain("company_ids");
  }

  /** Out of its transaction, a session is nobody: not the bare login, and nobody else. */
  @Test
  void whoGetsOutOfTheTransactionIsNobody() throws SQLException {
    try (Connection attacker = bound(tenant(1))) {
      assertThat(texts(attacker, "select ipai.has_role('ipai_bi_developer')")).containsExactly("t");
      assertThat(texts(attacker, "commit; begin; select t from gold_a.deal")).isEmpty();
      assertThat(texts(attacker, "rollback; select t from gold_a.deal")).isEmpty();
      assertThat(texts(attacker, "select ipai.claims()::text")).containsExactly("{}");
      assertThat(texts(attacker, "select ipai.has_role('ipai_bi_developer')")).containsExactly("f");
    }
    try (Connection attacker = bound(tenant(1))) {
      String loop =
          "do $$ begin for i in 1..50 loop commit; if exists (select from gold_a.deal) then raise exception 'a row'; end if; end loop; end $$";
      texts(attacker, "commit");
      attacker.setAutoCommit(true);
      assertThat(texts(attacker, loop)).isEmpty();
    }
  }

  @Test
  void aBindingNarrowsWhatTheLoginMayBeAndAddsNothing() throws SQLException {
    String all = claims("\"company_ids\":[1]", "ipai_platform_admin", "ipai_auditor");
    try (Connection narrowed = bound(all)) {
      assertThat(texts(narrowed, "select ipai.has_role('ipai_platform_admin')"))
          .containsExactly("f");
      assertThat(texts(narrowed, "select ipai.has_role('ipai_auditor')")).containsExactly("f");
      assertThat(texts(narrowed, "select ipai.has_role('ipai_bi_developer')")).containsExactly("f");
      assertThat(texts(narrowed, "select t from gold_a.deal")).isEmpty();
    }
  }

  @Test
  void claimsOfAServiceCannotBeBound() throws SQLException {
    for (String role : List.of("service_role", "anon")) {
      try (Connection connection = database.test().database().open(Login.SQL_BI_DEVELOPER)) {
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> sessions.bind(connection, "{\"role\":\"" + role + "\"}"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("session_claims");
      }
    }
  }

  @Test
  void releasedClaimsAreGoneAndThoseOfTheDeadAreSwept() throws SQLException {
    int pid;
    try (Connection connection = database.test().database().open(Login.SQL_BI_DEVELOPER)) {
      connection.setAutoCommit(false);
      try (SessionClaims.Bound bound = sessions.bind(connection, tenant(1))) {
        assertThat(texts(connection, "select t from gold_a.deal")).containsExactly("MARKER-A");
        pid = Integer.parseInt(texts(connection, "select pg_backend_pid()").getFirst());
        connection.rollback();
        assertThat(bound).isNotNull();
      }
    }
    try (Connection superuser = database.test().superuser()) {
      assertThat(texts(superuser, "select pid from ipai.session_claims where pid = " + pid))
          .isEmpty();
      texts(
          superuser,
          "insert into ipai.session_claims values (2147483646, 'ipai_sql_auditor', now(), '{\"role\":\"authenticated\"}', now() - interval '2 minutes')");
      try (Connection other = bound(tenant(2))) {
        assertThat(texts(other, "select t from gold_a.deal")).containsExactly("MARKER-B");
        assertThat(texts(superuser, "select pid from ipai.session_claims where pid = 2147483646"))
            .isEmpty();
      }
    }
  }

  /** Process ids come again: what a lost release left is not about the backend that is here now. */
  @Test
  void aBindingOfAnEarlierBackendRefusesNobodyAndIsSwept() throws SQLException {
    try (Connection superuser = database.test().superuser();
        Connection direct = database.test().database().open(Login.SQL_AUDITOR)) {
      String pid = texts(direct, "select pg_backend_pid()").getFirst();
      texts(
          superuser,
          "insert into ipai.session_claims (pid, login, transaction_at, claims, bound_at, backend_start)"
              + " values ("
              + pid
              + ", 'ipai_sql_auditor', now() - interval '2 minutes', '{\"role\":\"authenticated\"}',"
              + " now() - interval '2 minutes', now() - interval '1 day')");
      assertThat(texts(direct, "select t from gold_a.deal order by 1"))
          .containsExactly("MARKER-A", "MARKER-B");
      assertThat(texts(direct, "select ipai.has_role('ipai_auditor')")).containsExactly("t");
      texts(
          superuser,
          "update ipai.session_claims set login = 'ipai_sql_operator' where pid = " + pid);
      try (Connection other = bound(tenant(2))) {
        assertThat(texts(other, "select t from gold_a.deal")).containsExactly("MARKER-B");
      }
      assertThat(texts(superuser, "select pid from ipai.session_claims where pid = " + pid))
          .isEmpty();
    }
  }

  /** Of the backend itself a binding never ends: who outlives it would be the bare login. */
  @Test
  void whoWaitsOutTheBindingIsNobodyStill() throws SQLException {
    try (Connection attacker = bound(tenant(1));
        Connection superuser = database.test().superuser()) {
      String pid = texts(attacker, "select pg_backend_pid()").getFirst();
      texts(attacker, "commit");
      texts(
          superuser,
          "update ipai.session_claims set bound_at = now() - interval '2 hours' where pid = "
              + pid);
      try (Connection other = bound(tenant(2))) {
        assertThat(texts(other, "select t from gold_a.deal")).containsExactly("MARKER-B");
      }
      for (String role : List.of("none", "ipai_bi_developer")) {
        texts(attacker, "set role " + role);
        assertThat(texts(attacker, "select ipai.claims()::text")).containsExactly("{}");
        assertThat(texts(attacker, "select ipai.has_role('ipai_bi_developer')"))
            .containsExactly("f");
        assertThat(texts(attacker, "select t from gold_a.deal")).isEmpty();
      }
    }
  }

  /** InitPlans and no call per row, however many rows; parallel scans stay possible. */
  @Test
  void itCostsAnInitPlanAndParallelPlansStayPossible() throws SQLException {
    database.publish("gold_a.big", "select 1 as company_id, i from generate_series(1, 20000) i");
    database.apply(
        """
        grants:
          - {to: [ipai_bi_developer, ipai_auditor], on: ["gold_a.*"], allow: [select]}
        row_filters:
          - {on: [gold_a.deal, gold_a.big], column: company_id, claim: company_ids, unless: [ipai_auditor]}
        masks:
          - {on: gold_a.deal.person, unless: ["user:maria@example.com"]}
        """);
    try (Connection connection = bound(tenant(1))) {
      texts(
          connection,
          "set local max_parallel_workers_per_gather = 2; set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; set local min_parallel_table_scan_size = 0");
      String plan =
          String.join(
              "\n",
              texts(
                  connection,
                  "explain (analyze, costs off, timing off) select count(*) from gold_a.big"));
      assertThat(plan).contains("InitPlan", "Parallel Seq Scan");
      assertThat(plan.lines().filter(line -> line.strip().startsWith("InitPlan")).distinct())
          .hasSizeLessThanOrEqualTo(4);
      assertThat(texts(connection, "select count(*) from gold_a.big")).containsExactly("20000");
    }
  }

  @Test
  void anotherSessionCannotBorrowAPreparedStatement() throws SQLException {
    String sql = "select t from gold_a.deal";
    try (Connection connection = database.test().database().open(Login.SQL_BI_DEVELOPER);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      for (int round = 0; round < 12; round++) {
        int company = 1 + round % 2;
        try (SessionClaims.Bound bound = sessions.bind(connection, tenant(company));
            ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).isEqualTo(company == 1 ? "MARKER-A" : "MARKER-B");
          assertThat(rows.next()).isFalse();
          assertThat(bound).isNotNull();
          connection.rollback();
        }
      }
    }
  }
}
