package ai.ipai.governance.publish;

import static ai.ipai.governance.publish.GovernedDatabase.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PublisherPostgresTest {
  private static final String OPEN =
      """
      grants:
        - {to: [ipai_bi_developer, ipai_data_engineer], on: ["gold_crm.*", "gold_other.*"], allow: [select]}
      """;
  private static final String MASKED =
      OPEN
          + """
          masks:
            - {on: gold_crm.customer.email, with: hash, unless: [ipai_data_engineer]}
            - {on: gold_crm.customer.iban, unless: [ipai_platform_admin]}
          """;
  private static final String CUSTOMERS =
      "select 1 as id, 'Ada' as name, 'ada@x.org' as email, 'DE01' as iban"
          + " union all select 2, 'Bob', 'bob@x.org', 'DE02'";
  private static final Caller BI = user("", "ipai_bi_developer");
  private static final Caller ENGINEER = user("", "ipai_data_engineer");

  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeEach
  void open() throws SQLException {
    database.apply(OPEN);
  }

  @AfterEach
  void close() throws SQLException {
    assertThat(database.unprotected()).isEmpty();
    database.close();
  }

  @Test
  @Tag("REQ-ACCESS-005")
  void maskedColumnsShowTheirValueToTheEntitledAlone() throws SQLException {
    database.apply(MASKED);
    database.publish("gold_crm.customer", CUSTOMERS);
    String query = "select id, name, email, iban from gold_crm.customer order by id";
    assertThat(database.read(ENGINEER, query))
        .containsExactly("1|Ada|ada@x.org|null", "2|Bob|bob@x.org|null");
    List<String> seen = database.read(BI, query);
    assertThat(seen).hasSize(2).allSatisfy(row -> assertThat(row).doesNotContain("x.org", "DE0"));
    assertThat(seen.getFirst()).matches("1\\|Ada\\|[0-9a-f]{64}\\|null");
    assertThat(database.read(Login.SQL_BI_DEVELOPER, query)).isEqualTo(seen);
    assertThat(database.read(Login.BUILDER, query))
        .containsExactly("1|Ada|ada@x.org|DE01", "2|Bob|bob@x.org|DE02");
  }

  @Test
  @Tag("REQ-ACCESS-005")
  void clearPartsShowNothingToThoseWhoAreNotEntitled() throws SQLException {
    database.apply(MASKED);
    database.publish("gold_crm.customer", CUSTOMERS);
    String parts =
        "select format('%I.%I', schemaname, tablename) from pg_tables"
            + " where schemaname = 'ipai_part' and tablename like '%clear%'";
    List<String> names = database.read(BI, parts);
    assertThat(names).hasSize(2);
    for (String name : names) {
      assertThat(database.read(BI, "select * from " + name)).isEmpty();
      assertThat(database.read(Login.SQL_BI_DEVELOPER, "select * from " + name)).isEmpty();
    }
  }

  /** The catalog shows what a grant opens, whomever the grant names. */
  @Test
  @Tag("REQ-ACCESS-019")
  void tablesAreVisibleToWhomTheirGrantsName() throws SQLException {
    String visible = "select schema_name || '.' || table_name from ipai.visible_tables()";
    Caller maria = user("\"email\":\"Maria@x.org\"");
    Caller otto = user("\"email\":\"otto@x.org\"");
    Caller agent = agent("digest");
    database.apply(
        """
        grants:
          - {to: ["user:maria@x.org", "agent:digest"], on: gold_crm.customer, allow: [select]}
          - {to: [authenticated], on: gold_crm.news, allow: [select]}
        masks:
          - {on: gold_crm.customer.iban, unless: [ipai_platform_admin]}
        """);
    database.publish("gold_crm.customer", CUSTOMERS);
    database.publish("gold_crm.news", "select 1 as id");
    assertThat(database.read(maria, "select count(*) from gold_crm.customer")).containsExactly("2");
    assertThat(database.read(maria, visible)).containsExactly("gold_crm.customer", "gold_crm.news");
    assertThat(database.read(agent, visible)).containsExactly("gold_crm.customer", "gold_crm.news");
    assertThat(database.read(otto, visible)).containsExactly("gold_crm.news");
    assertThat(
            database.read(otto, "select column_name from ipai.visible_columns('gold_crm', 'news')"))
        .containsExactly("id");
    assertThat(database.read(BI, visible)).containsExactly("gold_crm.news");
    assertThat(database.read(Login.SQL_BI_DEVELOPER, visible)).containsExactly("gold_crm.news");
    Caller anon = new Caller("", "anon", "{\"role\":\"anon\"}", "req", "test");
    assertThat(database.read(anon, visible)).isEmpty();
    database.apply(
        "grants:\n  - {to: [\"user:otto@x.org\"], on: gold_crm.customer, allow: [select]}\n");
    assertThat(database.read(maria, visible)).isEmpty();
    assertThat(database.read(otto, visible)).containsExactly("gold_crm.customer");
  }

  private static Caller agent(String name) {
    String json = "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_agent\":\"" + name + "\"}}";
    return new Caller("00000000-0000-0000-0000-000000000002", "authenticated", json, "req", "test");
  }

  @Test
  @Tag("REQ-ACCESS-006")
  void queriesThatDoNotNameAMaskedColumnDoNotTouchItsPart() throws SQLException {
    database.apply(MASKED);
    database.publish("gold_crm.customer", CUSTOMERS);
    assertThat(
            String.join("\n", database.read(BI, "explain select id, name from gold_crm.customer")))
        .contains("_open")
        .doesNotContain("_clear");
  }

  @Test
  @Tag("REQ-ACCESS-007")
  void rebuildsSwapInWhileDependentViewsGoOn() throws SQLException {
    database.publish("gold_crm.customer", CUSTOMERS);
    database.run(
        Login.BUILDER, "create view ipai_build.names as select id, name from gold_crm.customer");
    database.publishBuilt("gold_other.names");
    Published second =
        database.publish(
            "gold_crm.customer", CUSTOMERS + " union all select 3, 'Cyd', 'cyd@x.org', 'DE03'");
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.staleDependents()).isEmpty();
    assertThat(database.read(BI, "select name from gold_other.names order by id"))
        .containsExactly("Ada", "Bob", "Cyd");
  }

  @Test
  @Tag("REQ-ACCESS-007")
  void dependentsOfAColumnThatIsGoneKeepReadingTheVersionBefore() throws SQLException {
    database.publish("gold_crm.customer", CUSTOMERS);
    database.run(
        Login.BUILDER, "create view ipai_build.names as select id, name from gold_crm.customer");
    database.publishBuilt("gold_other.names");
    Published second = database.publish("gold_crm.customer", "select 9 as id");
    assertThat(second.staleDependents()).containsExactly(QualifiedName.parse("gold_other.names"));
    Published third = database.publish("gold_crm.customer", "select 10 as id");
    assertThat(third.version()).isEqualTo(3);
    assertThat(database.read(BI, "select name from gold_other.names order by id"))
        .containsExactly("Ada", "Bob");
    assertThat(database.read(BI, "select id from gold_crm.customer")).containsExactly("10");
  }

  @Test
  @Tag("REQ-ACCESS-008")
  void policiesThatMaskAndUnmaskLoseNoRowNoIndexAndNoComment() throws SQLException {
    database.run(
        Login.BUILDER,
        "create table ipai_build.customer as " + CUSTOMERS,
        "alter table ipai_build.customer add primary key (id)",
        "create unique index on ipai_build.customer (email)",
        "comment on table ipai_build.customer is 'who buys'",
        "comment on column ipai_build.customer.email is 'where to write'");
    database.publishBuilt("gold_crm.customer");
    List<String> before =
        database.read(Login.PUBLISHER, "select * from gold_crm.customer order by id");
    for (String policies : List.of(MASKED, OPEN, MASKED, MASKED.replace("hash", "partial"), OPEN)) {
      database.apply(policies);
      assertThat(database.read(Login.PUBLISHER, "select * from gold_crm.customer order by id"))
          .isEqualTo(before);
      assertThat(
              database.read(
                  Login.PUBLISHER,
                  "select obj_description('gold_crm.customer'::regclass),"
                      + " col_description('gold_crm.customer'::regclass, 3)"))
          .containsExactly("who buys|where to write");
    }
    assertThat(
            database.read(
                Login.PUBLISHER,
                "select count(*) from pg_index where indrelid = 'gold_crm.customer'::regclass and indisunique"))
        .containsExactly("2");
    assertThat(database.read(BI, "select email from gold_crm.customer order by id"))
        .containsExactly("ada@x.org", "bob@x.org");
  }

  @Test
  @Tag("REQ-ACCESS-008")
  void whatNeedsNoChangeIsLeftAlone() throws SQLException {
    database.apply(MASKED);
    database.publish("gold_crm.customer", CUSTOMERS);
    String state =
        "select max(xmin::text) from pg_class where relnamespace = 'gold_crm'::regnamespace";
    List<String> before = database.read(Login.PUBLISHER, state);
    database.apply(MASKED);
    assertThat(database.read(Login.PUBLISHER, state)).isEqualTo(before);
  }

  @Test
  @Tag("REQ-ACCESS-007")
  void replacedVersionsAreClosedToCallersAndDroppedWithTheNext() throws SQLException {
    for (int i = 0; i < 4; i++) {
      database.publish("gold_crm.customer", CUSTOMERS);
    }
    List<String> old =
        database.read(
            Login.PUBLISHER,
            "select tablename from pg_tables where schemaname = 'ipai_part' order by 1");
    assertThat(old).hasSize(1);
    assertThatThrownBy(() -> database.read(BI, "select * from ipai_part." + old.getFirst()))
        .isInstanceOf(SQLException.class);
  }

  @Test
  @Tag("REQ-ACCESS-007")
  void aFailedPublicationLeavesTheVersionBeforeInPlace() throws SQLException {
    database.publish("gold_crm.customer", CUSTOMERS);
    assertThatThrownBy(
            () ->
                database.as(
                    Login.PUBLISHER,
                    c -> {
                      Publisher.publish(
                          c,
                          QualifiedName.parse("ipai_build.nothing"),
                          QualifiedName.parse("gold_crm.customer"));
                      return true;
                    }))
        .isInstanceOf(IpaiException.class);
    assertThat(database.read(BI, "select count(*) from gold_crm.customer")).containsExactly("2");
  }

  @Test
  @Tag("REQ-ACCESS-010")
  void tagsTravelToWhateverAModelReads() throws SQLException {
    database.apply(
        OPEN
            + """
            masks:
              - {tag: "pii.*", with: redact, unless: [ipai_data_engineer]}
            tags:
              - {on: bronze_crm.lead.email, tags: [pii.email]}
            """);
    database.run(
        Login.LOADER,
        "create schema bronze_crm",
        "create table bronze_crm.lead as select 'ada@x.org' as email, 7 as score");
    database.run(
        Login.BUILDER, "create table ipai_build.lead as select 'ada@x.org' as email, 7 as score");
    database.as(
        Login.PUBLISHER,
        c ->
            Publisher.publish(
                c,
                new Publication(
                    QualifiedName.parse("ipai_build.lead"),
                    QualifiedName.parse("gold_crm.lead"),
                    List.of(QualifiedName.parse("bronze_crm.lead")),
                    List.of())));
    assertThat(database.read(BI, "select email, score from gold_crm.lead"))
        .containsExactly("redacted|7");
    assertThat(database.read(ENGINEER, "select email, score from gold_crm.lead"))
        .containsExactly("ada@x.org|7");
    database.apply(OPEN + "tags:\n  - {on: bronze_crm.lead.email, tags: [pii.email]}\n");
    assertThat(database.read(BI, "select email from gold_crm.lead")).containsExactly("ada@x.org");
    database.run(Login.LOADER, "drop table bronze_crm.lead");
  }

  @Test
  @Tag("REQ-ACCESS-005")
  void masksOnBronzeCloseTheTableToThoseWhoMayNotSeeTheClearValue() throws SQLException {
    database.run(
        Login.LOADER,
        "create schema bronze_crm",
        "create table bronze_crm.lead as select 'ada@x.org' as email, 7 as score");
    database.apply(
        """
        grants:
          - {to: [ipai_bi_developer, ipai_data_engineer], on: bronze_crm.lead, allow: [select]}
        masks:
          - {on: bronze_crm.lead.email, unless: [ipai_data_engineer]}
        """);
    assertThat(database.read(BI, "select score from bronze_crm.lead")).isEmpty();
    assertThat(database.read(ENGINEER, "select * from bronze_crm.lead"))
        .containsExactly("ada@x.org|7");
  }
}
