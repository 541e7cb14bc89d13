package ai.ipai.pipelines.company;

import ai.ipai.spi.name.SqlText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The recorded answers of the ERP as bronze tables, in the shape that docs/reference/connectors.md
 * promises, without the connector: so that the models are tested here and the connector elsewhere.
 */
final class RecordedBronze {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String OTHER_SOURCES =
      """
      create schema bronze_files;
      create table bronze_files.stores as
        select 6 as store_id, 'Gourmet Supermarket' as store_type, 'Store 6' as store_name, 'Beverly Hills' as store_city,
          'CA' as store_state, 'USA' as store_country, 'South West' as sales_region, 'Maris' as store_manager,
          date '1981-01-03' as first_opened_date, 23688 as store_sqft
        union all
        select 1, 'Supermarket', 'Store 1', 'Acapulco', 'Guerrero', 'Mexico', 'Mexico West', 'Jones', date '1982-01-09', 23593;
      create table bronze_files.products as
        select 1 as product_id, 'Berry Juice' as product_name, 'Washington' as brand_name, 2.85 as srp,
          '{"family": "Drink", "department": "Beverages", "category": "Juice", "subcategory": "Juice"}'::jsonb as class;
      create table bronze_files.customers as
        select 1 as customer_id, 'Nowmer' as lname, 'Sheri' as fname, '2433 Bailey Road' as address1, '271-555-9715' as phone1,
          date '1961-08-26' as birthdate, '$30K - $50K' as yearly_income, 'Tlaxiaco' as city, 'Oaxaca' as state_province,
          'Mexico' as country, 'Bronze' as member_card, 'Partial High School' as education, date '1991-09-10' as date_accnt_opened,
          'F' as gender, 'M' as marital_status
        union all
        select 2, 'Derry', 'Jeanne', '7640 First Ave.', '656-555-2272', date '1990-06-21', '$50K - $70K', 'Issaquah', 'WA', 'USA',
          'Bronze', 'Bachelors Degree', date '1991-06-11', 'F', 'S';
      create table bronze_files.sales as
        select date '1997-01-01' + n / 3 as sale_date, 1 as product_id, 1 + n % 2 as customer_id, 6 as store_id,
          0 as promotion_id, 2.5000 + n as store_sales, 1.0000 + n / 2 as store_cost, 1.0 + n as unit_sales
        from generate_series(0, 9) as n;
      create table bronze_files.expenses as
        select 6 as store_id, 4100 as account_id, 'Marketing' as account_description, date '1997-01-01' as exp_date,
          'ACTUAL' as category_id, 'USD' as currency, 3.20 as amount
        union all
        select 1, 4100, 'Marketing', date '1997-01-01', 'ACTUAL', 'Mexican Peso', 0;
      create schema bronze_github;
      create table bronze_github.workflow_runs as
        select n as id, 'acme/shop' as repository, 'Test' as name, 'main' as head_branch, 'c' || n as head_sha, 'push' as event, 'completed' as status,
          case n when 2 then 'failure' when 3 then 'cancelled' else 'success' end as conclusion, 1 as run_attempt,
          timestamptz '2026-03-02 10:00Z' + n * interval '1 hour' as created_at,
          timestamptz '2026-03-02 10:00Z' + n * interval '1 hour' as run_started_at,
          timestamptz '2026-03-02 10:00Z' + n * interval '1 hour' + n * interval '1 minute' as updated_at
        from generate_series(1, 4) as n;
      create table bronze_github.pull_requests as
        select 1 as id, 'acme/shop' as repository, 7 as number, 'A change' as title, 'closed' as state, 'c2' as merge_commit_sha,
          timestamptz '2026-03-01 00:00Z' as created_at, timestamptz '2026-03-02 11:30Z' as merged_at,
          timestamptz '2026-03-02 11:30Z' as closed_at;
      create table bronze_github.deployments as
        select n as id, 'acme/shop' as repository, 'c' || n as sha, 'v' || n as ref, 'production' as environment, true as production_environment,
          timestamptz '2026-03-02 10:00Z' + n * interval '1 hour' as created_at
        from generate_series(1, 4) as n
        union all
        select 5, 'acme/shop', 'c5', 'v5', 'production', true, timestamptz '2026-03-16 10:00Z'
        union all
        select 6, 'acme/tools', 'd1', 't1', 'production', true, timestamptz '2026-03-02 12:30Z';
      -- the first works, the next two fail, the fourth mends it; a week without any; then one that fails; what another
      -- repository deploys in between mends nothing
      create table bronze_github.deployment_statuses as
        select id * 10 as id, repository, id as deployment_id, 'in_progress' as state, created_at from bronze_github.deployments
        union all
        select id * 10 + 1, repository, id, case when id in (2, 3, 5) then 'failure' else 'success' end, created_at + interval '6 minutes'
        from bronze_github.deployments
        union all
        select 19, 'acme/shop', 1, 'inactive', timestamptz '2026-03-02 15:00Z';
      do $$
      declare name text;
      begin
        foreach name in array array['bronze_files.stores', 'bronze_files.products', 'bronze_files.customers',
            'bronze_files.sales', 'bronze_files.expenses', 'bronze_github.workflow_runs', 'bronze_github.pull_requests',
            'bronze_github.deployments', 'bronze_github.deployment_statuses'] loop
          execute format('alter table %s add _ipai_run_id uuid, add _ipai_loaded_at timestamptz default now(),'
            ' add _ipai_op text default ''r'', add _ipai_rescued jsonb', name);
        end loop;
      end $$;
      """;

  private final Path folder;
  private final JsonNode fields;

  private RecordedBronze(Path folder, JsonNode fields) {
    this.folder = folder;
    this.fields = fields;
  }

  /**
   * @param folder such as {@code examples/company/sources/odoo18}
   */
  static RecordedBronze of(Path folder) throws IOException {
    return new RecordedBronze(folder, lines(folder.resolve("fields.json.gz")).getFirst());
  }

  /** All models as they were before the recorded changes. */
  void load(Connection connection) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'; create schema if not exists bronze_erp");
    }
    for (Path file : files(folder.resolve("before"))) {
      load(connection, model(file), lines(file));
    }
    loadAccountCodes(connection);
  }

  /**
   * A few rows in the shape of the file and GitHub sources; the recordings themselves are read in
   * the platform's test.
   */
  static void loadOtherSources(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(OTHER_SOURCES);
    }
  }

  /** The models that changed, in place of what was loaded. */
  void loadChanges(Connection connection) throws IOException, SQLException {
    for (Path file : files(folder.resolve("after"))) {
      load(connection, model(file), lines(file));
    }
  }

  private void load(Connection connection, String model, List<JsonNode> records)
      throws SQLException {
    Map<String, String> columns = new TreeMap<>();
    for (JsonNode row : records) {
      row.propertyNames().forEach(name -> columns.computeIfAbsent(name, n -> type(model, n)));
    }
    String table = "bronze_erp." + SqlText.identifier(model.replace('.', '_'));
    create(connection, table, columns);
    ArrayCollector rows = new ArrayCollector();
    records.forEach(row -> rows.add(normalised(row, columns)));
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into "
                + table
                + " select * from jsonb_populate_recordset(null::"
                + table
                + ", ?::jsonb)")) {
      insert.setString(1, rows.text());
      insert.executeUpdate();
    }
  }

  private static void create(Connection connection, String table, Map<String, String> columns)
      throws SQLException {
    StringBuilder sql =
        new StringBuilder("drop table if exists " + table + "; create table " + table + " (");
    columns.forEach(
        (name, type) -> sql.append(SqlText.identifier(name)).append(' ').append(type).append(", "));
    sql.append(
        "_ipai_run_id uuid, _ipai_loaded_at timestamptz, _ipai_op text, _ipai_rescued jsonb)");
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql.toString());
    }
  }

  /**
   * The code of an account differs by company, and is told only to those who ask for that company.
   */
  private void loadAccountCodes(Connection connection) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          drop table if exists bronze_erp.account_account_company_value;
          create table bronze_erp.account_account_company_value (
            company_id bigint, record_id bigint, code text, code_store text,
            _ipai_run_id uuid, _ipai_loaded_at timestamptz, _ipai_op text, _ipai_rescued jsonb);
          insert into bronze_erp.account_account_company_value (company_id, record_id, code, _ipai_loaded_at, _ipai_op)
            select 1, id, code, now(), 'r' from bronze_erp.account_account where code is not null
          """);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into bronze_erp.account_account_company_value (company_id, record_id, code, _ipai_loaded_at, _ipai_op)
            values (3, ?, ?, now(), 'r')
            """)) {
      for (JsonNode account :
          lines(folder.resolve("after/variants/account.account.company3.ndjson.gz"))) {
        insert.setLong(1, account.get("id").asLong());
        insert.setString(2, account.get("code").asString());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private String type(String model, String field) {
    JsonNode found = fields.path("recorded").path(model).path(field);
    if (found.isMissingNode()) {
      found = fields.path("derived").path(model).path(field);
    }
    return switch (found.path("type").asString("char")) {
      case "integer", "many2one", "many2one_reference" -> "bigint";
      case "float", "monetary" -> "numeric";
      case "boolean" -> "boolean";
      case "date" -> "date";
      case "datetime" -> "timestamptz";
      case "many2many", "one2many", "json", "properties", "properties_definition" -> "jsonb";
      default -> "text";
    };
  }

  /** False is null but in a boolean, and a many2one is its id. */
  private static ObjectNode normalised(JsonNode row, Map<String, String> columns) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("_ipai_op", "r").put("_ipai_loaded_at", "2026-11-23T09:00:00Z");
    row.properties()
        .forEach(
            field -> {
              String type = columns.get(field.getKey());
              JsonNode value = field.getValue();
              if (value.isBoolean() && !value.asBoolean() && !"boolean".equals(type)) {
                result.putNull(field.getKey());
              } else if ("bigint".equals(type) && value.isArray()) {
                result.set(field.getKey(), value.get(0));
              } else {
                result.set(field.getKey(), value);
              }
            });
    return result;
  }

  private static String model(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".ndjson.gz".length());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".ndjson.gz")).sorted().toList();
    }
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return reader.lines().map(JSON::readTree).toList();
    }
  }

  /** A JSON array as text; NUL, which jsonb refuses, does not occur in the recording. */
  private static final class ArrayCollector {
    private final StringBuilder text = new StringBuilder("[");

    void add(JsonNode item) {
      text.append(text.length() == 1 ? "" : ",").append(item);
    }

    String text() {
      return text + "]";
    }
  }
}
