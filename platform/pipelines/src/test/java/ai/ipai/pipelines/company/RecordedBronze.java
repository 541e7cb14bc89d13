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
