package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.odoo.OdooConnectorType;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The example company's ERP, from the wire to bronze, compared with the recording field by field.
 */
@Tag("REQ-CON-011")
class OdooSyncPostgresTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Path WORKSPACE = IngestFixture.ROOT.resolve("examples/company");
  private static final Path RECORDING = WORKSPACE.resolve("sources/odoo18");

  private IngestFixture fixture;
  private OdooReplayServer server;
  private ConnectorDefinition definition;

  @BeforeEach
  void start() throws Exception {
    fixture = new IngestFixture(WORKSPACE, new OdooConnectorType());
    server =
        OdooReplayServer.start(
            RECORDING, 0, OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES), Map.of());
    Faults faults = new Faults();
    ConnectorDefinition file =
        ConnectorFile.read(WORKSPACE, WORKSPACE.resolve("connectors/erp.yaml"), faults)
            .orElseThrow(() -> new AssertionError(faults));
    Map<String, @Nullable Object> raw = new LinkedHashMap<>(file.raw());
    Map<String, @Nullable Object> connection = new LinkedHashMap<>(file.connection());
    connection.put("url", server.url().toString());
    connection.put("page_size", 100L);
    raw.put("connection", connection);
    definition = ConnectorDefinition.of("erp", raw);
    fixture.apply(definition);
  }

  @AfterEach
  void stop() {
    server.close();
    fixture.close();
  }

  @Test
  @Tag("REQ-CON-012")
  @Tag("REQ-CON-140")
  void bronzeEqualsTheSourceAfterFirstReadingChangesAndReconciliation() throws Exception {
    SyncReport first = fixture.sync("erp", SyncOptions.of("user:test"));
    assertThat(first.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(first.counts().rescued()).isZero();
    compareAll(false);

    long requests = server.requests();
    SyncReport again = fixture.sync("erp", SyncOptions.of("user:test"));
    assertThat(again.counts().updated() + again.counts().deleted()).isZero();
    assertThat(server.requests()).isGreaterThan(requests);
    compareAll(false);

    server.applyChanges();
    server.setClock(OdooReplayServer.fixed(OdooReplayServer.AFTER_CHANGES));
    SyncReport incremental = fixture.sync("erp", SyncOptions.of("user:test"));
    assertThat(incremental.counts().updated()).isPositive();
    assertThat(incremental.counts().deleted()).isPositive();
    assertThat(countedStreams()).as("deletions were looked for").isPositive();

    fixture.sync("erp", SyncOptions.of("user:test").withReconcile());
    compareAll(true);
    assertThat(countedStreams()).isPositive();
    assertThat(
            fixture.value("select _ipai_op || ' ' || name from bronze_erp.crm_lead where id = 14"))
        .startsWith("d ");
  }

  @Test
  void accountsHaveTheirCodesInEachCompany() throws Exception {
    fixture.sync(
        "erp", SyncOptions.of("user:test").withStreams(Set.of("account.account.company_value")));
    assertThat(
            fixture.rows(
                "select company_id, count(*), count(distinct code) from"
                    + " bronze_erp.account_account_company_value group by 1 order by 1"))
        .containsExactly(List.of("1", "51", "51"), List.of("3", "104", "104"));
  }

  /** Streams whose number of rows is kept along; it has to be right in each. */
  private int countedStreams() throws SQLException {
    List<List<@Nullable String>> told =
        fixture.rows(
            "select schema_name || '.' || table_name, live_rows from ipai.stream_state where"
                + " live_rows is not null");
    for (List<@Nullable String> table : told) {
      assertThat(
              fixture.value("select count(*) from " + table.getFirst() + " where _ipai_op <> 'd'"))
          .as("live rows of " + table.getFirst())
          .isEqualTo(table.getLast());
    }
    return told.size();
  }

  private void compareAll(boolean after) throws Exception {
    for (var stream : definition.streams()) {
      String model = stream.stream();
      if (!model.endsWith(".company_value")) {
        compare(model, after);
      }
    }
  }

  /** Every record and every recorded field, and no record more. */
  private void compare(String model, boolean after) throws IOException, SQLException {
    String table = "bronze_erp." + model.replace('.', '_');
    Map<String, String> types = new TreeMap<>();
    for (List<@Nullable String> column :
        fixture.rows(
            "select attname, format_type(atttypid, null) from pg_attribute where attrelid = '"
                + table
                + "'::regclass and attnum > 0 and not attisdropped")) {
      types.put(String.valueOf(column.getFirst()), String.valueOf(column.getLast()));
    }
    Map<Long, JsonNode> expected = records(model, after);
    Map<Long, JsonNode> found = new TreeMap<>();
    for (List<@Nullable String> row :
        fixture.rows("select id, to_jsonb(t) from " + table + " t where _ipai_op <> 'd'")) {
      found.put(
          Long.parseLong(String.valueOf(row.getFirst())),
          JSON.readTree(String.valueOf(row.getLast())));
    }
    assertThat(found.keySet()).as(model).isEqualTo(expected.keySet());
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (id, record) ->
            record
                .properties()
                .forEach(
                    field -> {
                      String type = types.getOrDefault(field.getKey(), "missing");
                      String wanted = normal(type, field.getValue());
                      String got =
                          normal(type, Objects.requireNonNull(found.get(id)).path(field.getKey()));
                      if (!wanted.equals(got)) {
                        differences.add(
                            "%s %d.%s %s: %s but %s"
                                .formatted(model, id, field.getKey(), type, wanted, got));
                      }
                    }));
    assertThat(differences).isEmpty();
  }

  /** The documented mapping of Odoo's values, written independently of the connector. */
  private static String normal(String type, JsonNode value) {
    boolean none = value.isNull() || (value.isBoolean() && !value.booleanValue());
    return switch (type) {
      case "boolean" -> value.toString();
      case "bigint" -> none ? "null" : value.isArray() ? value.get(0).toString() : value.toString();
      case "numeric" -> none ? "null" : plain(value.decimalValue());
      case "timestamp with time zone" ->
          none ? "null" : value.asString().replace("T", " ").replace("+00:00", "");
      case "missing" -> "a missing column";
      default -> none ? "null" : value.toString();
    };
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static Map<Long, JsonNode> records(String model, boolean after) throws IOException {
    Path changed = RECORDING.resolve("after/" + model + ".ndjson.gz");
    Path file =
        after && Files.exists(changed)
            ? changed
            : RECORDING.resolve("before/" + model + ".ndjson.gz");
    Map<Long, JsonNode> records = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      reader
          .lines()
          .map(JSON::readTree)
          .forEach(record -> records.put(record.get("id").longValue(), record));
    }
    return records;
  }
}
