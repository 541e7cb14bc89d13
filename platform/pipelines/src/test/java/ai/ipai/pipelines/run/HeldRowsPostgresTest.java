package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-PIPE-007")
class HeldRowsPostgresTest {
  @TempDir Path folder;
  private ShopDatabase shop;

  @BeforeEach
  void holdOneRow() {
    shop = new ShopDatabase();
    ProjectFolder.shop(folder)
        .file(
            "models/orders.sql",
            "select id, customer, amount from {{ source('erp', 'sale_order') }}")
        .file(
            "models/schema.yml",
            "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]\n"
                + "models: [{name: orders, expectations: ["
                + "{name: small, expression: amount < 25, action: quarantine},"
                + "{name: early, expression: id < 3, action: quarantine}]}]");
    shop.succeed(folder);
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void theyAreCountedOnceForWhoeverSeesResultsOfTests() throws SQLException {
    assertThat(counted("ipai_auditor")).containsExactly("silver_shop.orders 1");
    assertThat(counted("ipai_data_engineer")).containsExactly("silver_shop.orders 1");
    assertThat(counted("ipai_bi_developer")).isEmpty();
    shop.load(
        "update bronze_erp.sale_order set amount = 1, id = 2, _ipai_loaded_at = clock_timestamp() where id = 3");
    shop.succeed(folder);
    assertThat(counted("ipai_auditor")).as("none is held any more").isEmpty();
  }

  @Test
  void aTagThatComesLaterClosesThem() throws SQLException {
    assertThat(shop.one("select is_sensitive from ipai.quarantine")).isEqualTo("f");
    tag("silver_*", "orderx");
    tag("silver-shop", "*");
    assertThat(shop.one("select is_sensitive from ipai.quarantine")).isEqualTo("f");
    tag("silver_*", "ord*");
    assertThat(shop.one("select is_sensitive from ipai.quarantine")).isEqualTo("t");
  }

  private void tag(String schema, String table) throws SQLException {
    try (Statement statement = shop.database.superuser().createStatement()) {
      statement.execute(
          "insert into ipai.tag (schema_name, object_name, column_name, tag) values ('%s', '%s', 'customer', 'pii.name')"
              .formatted(schema, table));
    }
  }

  private List<String> counted(String role) throws SQLException {
    Caller caller =
        new Caller(
            "u",
            "authenticated",
            "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"" + role + "\"]}}",
            "r",
            "u");
    return new CallerTransactions(shop.database.database())
        .run(
            caller,
            CallerOptions.reading(),
            connection -> {
              List<String> counts = new ArrayList<>();
              try (Statement statement = connection.createStatement();
                  ResultSet rows =
                      statement.executeQuery(
                          "select schema_name || '.' || relation_name || ' ' || row_count from ipai.held_rows()")) {
                while (rows.next()) {
                  counts.add(rows.getString(1));
                }
              }
              return counts;
            });
  }
}
