package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database with Odoo's shapes, copied by change capture. */
@Tag("REQ-CON-162")
class OdooPresetPostgresTest {
  private static LoggedShop shop;
  private IngestFixture platform;

  @BeforeAll
  static void open() {
    shop = new LoggedShop();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void start() {
    platform = LoggedShop.platform();
  }

  @AfterEach
  void stop() {
    platform.close();
    shop.clear();
  }

  private void odoo() {
    shop.execute(
        """
        create table ir_model (id serial primary key, model varchar not null, transient boolean);
        create table ir_model_relation (id serial primary key, name varchar not null, model int not null);
        create table ir_logging (id serial primary key, message text);
        create table ir_config_parameter (id serial primary key, key varchar, value text);
        create table bus_bus (id serial primary key, message varchar);
        create table res_users_apikeys (id serial primary key, name varchar, key varchar, index varchar(8));
        create table base_language_install (id serial primary key, overwrite boolean);
        create table account_move_send_wizard (id serial primary key, move_id int);
        create table wizard_partner_rel (wizard_id int not null, partner_id int not null, primary key (wizard_id, partner_id));
        create table res_users (id serial primary key, login varchar not null, password varchar, totp_secret varchar,
          oauth_access_token varchar, partner_id int, password_age int, write_date timestamp);
        create table res_partner (id serial primary key, name varchar, signup_token varchar, vat varchar,
          property_account_receivable_id jsonb, payment_token_id int, write_date timestamp);
        create table ir_mail_server (id serial primary key, name varchar, smtp_user varchar, smtp_pass varchar,
          smtp_ssl_private_key bytea);
        create table ir_attachment (id serial primary key, name varchar, store_fname varchar, db_datas bytea,
          checksum varchar(40), access_token varchar);
        create table res_partner_category_rel (category_id int not null, partner_id int not null,
          primary key (category_id, partner_id));
        create view account_invoice_report as select id, name from res_partner;
        create sequence orm_signaling_registry;
        insert into ir_model (model, transient) values ('res.partner', false), ('base.language.install', true),
          ('account.move.send.wizard', true);
        insert into ir_model_relation (name, model) values ('wizard_partner_rel', 3), ('res_partner_category_rel', 1);
        insert into res_users (login, password, totp_secret, oauth_access_token, partner_id, password_age)
          values ('admin', '$pbkdf2$never', 'never', 'never', 1, 90);
        insert into res_partner (name, signup_token, vat, property_account_receivable_id, payment_token_id)
          values ('Azure', 'never', 'BE1', '{"1": 7}', 5);
        insert into ir_mail_server (name, smtp_user, smtp_pass) values ('out', 'mailer', 'never');
        insert into ir_attachment (name, store_fname, db_datas, access_token) values ('a.pdf', '0a/0a1', '\\x6e65766572', 'never');
        insert into res_partner_category_rel values (1, 1);
        create publication ipai_shop for all tables;
        """);
  }

  private ConnectorDefinition definition(Map<String, Map<String, @Nullable Object>> tables) {
    ConnectorDefinition plain = shop.definition(Map.of(), tables);
    Map<String, @Nullable Object> raw = new LinkedHashMap<>(plain.raw());
    Map<String, @Nullable Object> connection = new LinkedHashMap<>(plain.connection());
    connection.put("preset", "odoo");
    raw.put("connection", connection);
    if (tables.isEmpty()) {
      raw.remove("streams");
    }
    return ConnectorDefinition.of("shop", raw);
  }

  private List<String> columns(String table) throws Exception {
    return platform
        .rows(
            """
            select attname from pg_attribute where attrelid = 'bronze_shop.%s'::regclass and attnum > 0
              and attname not like '\\_ipai%%' order by attnum
            """
                .formatted(table))
        .stream()
        .map(row -> String.valueOf(row.getFirst()))
        .toList();
  }

  private void sync() {
    platform.sync("shop", SyncOptions.of("test"));
  }

  @Test
  void modelsAreCopiedAndWhatSignsPeopleInIsNot() throws Exception {
    odoo();
    platform.apply(definition(Map.of()));
    sync();
    assertThat(platform.rows("select stream from ipai.stream_state order by 1"))
        .extracting(List::getFirst)
        .containsExactly(
            "ir_attachment",
            "ir_mail_server",
            "ir_model",
            "ir_model_relation",
            "res_partner",
            "res_partner_category_rel",
            "res_users");
    assertThat(columns("res_users"))
        .containsExactly("id", "login", "partner_id", "password_age", "write_date");
    assertThat(columns("res_partner"))
        .containsExactly(
            "id",
            "name",
            "vat",
            "property_account_receivable_id",
            "payment_token_id",
            "write_date");
    assertThat(columns("ir_mail_server")).containsExactly("id", "name", "smtp_user");
    assertThat(columns("ir_attachment")).containsExactly("id", "name", "store_fname", "checksum");
  }

  @Test
  void changesTellNoMoreThanTheFirstReading() throws Exception {
    odoo();
    platform.apply(definition(Map.of()));
    sync();
    shop.execute(
        "update res_users set password = 'never2', totp_secret = 'never', login = 'boss'",
        "insert into res_users (login, password) values ('new', 'never3')",
        "delete from res_partner_category_rel",
        "insert into ir_logging (message) values ('never')",
        "alter table res_users add column api_key varchar default 'never4'",
        "insert into res_users (login, password) values ('third', 'never5')");
    sync();
    assertThat(platform.rows("select login, partner_id from bronze_shop.res_users order by id"))
        .extracting(List::getFirst)
        .containsExactly("boss", "new", "third");
    assertThat(columns("res_users")).doesNotContain("password", "api_key", "totp_secret");
    assertThat(platform.value("select _ipai_op from bronze_shop.res_partner_category_rel"))
        .isEqualTo("d");
    assertThat(
            platform.value(
                "select count(*) from bronze_shop.res_users u where u::text like '%never%'"))
        .isEqualTo("0");
  }

  @Test
  void aTableThatIsNamedIsCopiedWithoutItsSecrets() throws Exception {
    odoo();
    platform.apply(definition(Map.of("bus_bus", Map.of(), "res_users", Map.of())));
    sync();
    assertThat(platform.rows("select stream from ipai.stream_state order by 1"))
        .extracting(List::getFirst)
        .containsExactly("bus_bus", "res_users");
    assertThat(columns("res_users")).doesNotContain("password");
  }

  @Test
  void anotherDatabaseIsRefused() throws Exception {
    shop.execute("create table plain (id int primary key)");
    platform.apply(definition(Map.of()));
    assertThatThrownBy(this::sync)
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.SETTING));
  }
}
