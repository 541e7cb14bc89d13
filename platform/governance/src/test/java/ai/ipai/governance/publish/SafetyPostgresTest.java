package ai.ipai.governance.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.policy.GovernanceErrors;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What model SQL leaves behind must not run on the sessions of callers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SafetyPostgresTest {
  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeAll
  void publish() throws SQLException {
    database.publish("gold_crm.customer", "select 1 as id");
  }

  @BeforeEach
  void emptyScratch() throws SQLException {
    database.run(
        Login.BUILDER,
        """
        do $$ declare o record; begin
          for o in select c.oid::regclass::text as name, case c.relkind when 'v' then 'view' else 'table' end as kind
            from pg_class c where c.relnamespace = 'ipai_build'::regnamespace and c.relkind in ('r', 'v')
          loop execute format('drop %s if exists %s cascade', o.kind, o.name); end loop;
          drop domain if exists ipai_build.d; drop function if exists ipai_build.f(), ipai_build.c(int), ipai_build.t();
          drop operator if exists ipai_build.=== (int, int); drop function if exists ipai_build.o(int, int);
        end $$
        """);
  }

  @AfterAll
  void close() {
    database.close();
  }

  @ParameterizedTest(name = "{0}")
  @Tag("REQ-ACCESS-009")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      value = {
        "volatile view@create view ipai_build.x as select set_config('request.jwt.claims', '{}', true) as a from gold_crm.customer@set_config",
        "hidden volatile@create view ipai_build.x as select 1 as a where exists (select from gold_crm.customer where query_to_xml('select 1', true, true, '') is not null)@query_to_xml",
        "own function@create function ipai_build.f() returns int language sql immutable as 'select 1'; create view ipai_build.x as select ipai_build.f() as a@ipai_build.f",
        "own operator@create function ipai_build.o(int, int) returns bool language sql immutable as 'select true'; create operator ipai_build.=== (function = ipai_build.o, leftarg = int, rightarg = int); create view ipai_build.x as select 1 operator(ipai_build.===) 2 as a@===",
        "own domain@create function ipai_build.c(int) returns bool language sql as 'select true'; create domain ipai_build.d as int check (ipai_build.c(value)); create table ipai_build.x (a ipai_build.d)@ipai_build.d",
        "trigger@create table ipai_build.x (a int); create function ipai_build.t() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on ipai_build.x for each row execute function ipai_build.t()@trigger",
        "default@create table ipai_build.x (a text default set_config('role', 'none', true))@set_config",
        "check@create table ipai_build.x (a text check (set_config('a.b', a, true) is not null))@set_config",
        "rule@create table ipai_build.x (a int); create rule r as on insert to ipai_build.x do also select 1@rule",
        "inheritance@create table ipai_build.p (a int); create table ipai_build.x () inherits (ipai_build.p)@inherits",
        "scratch view@create table ipai_build.p (a int); create view ipai_build.x as select a from ipai_build.p@ipai_build.p",
        "control view@create view ipai_build.x as select claims as a from (select ipai.claims()) c(claims)@ -",
      })
  void relationsThatCouldRunCodeOfTheirOwnAreRefused(String name, String ddl, String named)
      throws SQLException {
    database.run(Login.BUILDER, ddl.strip());
    if (named.strip().equals("-")) {
      database.publishBuilt("gold_other.x");
      return;
    }
    assertThatThrownBy(() -> database.publishBuilt("gold_other.x"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> assertThat(e.code()).isEqualTo(GovernanceErrors.SOURCE_UNSAFE))
        .hasMessageContaining(named);
    assertThat(database.has("gold_other.x")).isFalse();
  }

  /** A row filter that no reader saw, as one that hides the name from it would be. */
  @ParameterizedTest(name = "{0}")
  @Tag("REQ-ACCESS-009")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      value = {
        "\"current_setting\"('request.jwt.claims', true) = 'x'@current_setting",
        "u&\"current\\005fsetting\"('request.jwt.claims') = 'x'@current_setting",
        "id = (select count(*) from gold_crm.customer where current_query() like '%x%')@current_query",
        "set_config('role', 'none', true) = 'x'@set_config",
        "random() > 0.5@random",
        "(select ipai.claim_text('sub')) = 'x'@-",
      })
  void rowFiltersThatReadWhatACallerCanSetAreRefused(String filter, String named)
      throws SQLException {
    CallerWork<Boolean> filtered =
        c -> {
          Sql sql = new Sql(c);
          QualifiedName name = QualifiedName.parse("gold_crm.customer");
          sql.run("create policy forged on gold_crm.customer for delete using (" + filter + ")");
          Safety.checkPolicies(sql, Found.find(sql, name).orElseThrow());
          sql.run("drop policy forged on gold_crm.customer");
          return true;
        };
    if (named.equals("-")) {
      assertThat(database.as(Login.PUBLISHER, filtered)).isTrue();
      return;
    }
    assertThatThrownBy(() -> database.as(Login.PUBLISHER, filtered))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> assertThat(e.code()).isEqualTo(GovernanceErrors.UNSAFE_EXPRESSION))
        .hasMessageContaining(named);
  }
}
