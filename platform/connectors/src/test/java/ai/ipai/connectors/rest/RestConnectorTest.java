package ai.ipai.connectors.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-083")
class RestConnectorTest {
  private static final String SECRET = "canary-secret-5c1f";
  private FakeApi api;

  @BeforeEach
  void start() throws Exception {
    api = new FakeApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Connector connector(
      Map<String, ?> connection, Map<String, Map<String, @Nullable Object>> streams) {
    Map<String, @Nullable Object> all = new HashMap<>();
    all.put("url", api.url());
    all.put("private_addresses", true);
    all.putAll(connection);
    List<ConnectorSettings.Selection> selected = new ArrayList<>();
    streams.forEach(
        (name, options) ->
            selected.add(new ConnectorSettings.Selection(name, Settings.of(name, options))));
    return new RestConnectorType()
        .open(
            new ConnectorSettings("crm", Settings.of("connection", all), selected),
            new ConnectorContext(
                reference -> SECRET, Clock.systemUTC(), new Cancellation(), Path.of(".")));
  }

  private static Map<String, @Nullable Object> stream(String path, Object... more) {
    Map<String, @Nullable Object> stream = new HashMap<>();
    stream.put("path", path);
    stream.put("key", List.of("id"));
    stream.put("fields", Map.of("id", "bigint"));
    for (int i = 0; i < more.length; i += 2) {
      stream.put(more[i].toString(), more[i + 1]);
    }
    return stream;
  }

  private static List<Map<String, @Nullable Object>> rows(Connector connector, String stream) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (BatchReader reader = connector.open(new StreamRequest(stream, ReadMode.SNAPSHOT, null))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (SourceRow row : batch.rows()) {
          Map<String, @Nullable Object> values = new LinkedHashMap<>();
          for (int i = 0; i < batch.columns().size(); i++) {
            SourceColumn column = batch.columns().get(i);
            values.put(column.name(), row.value(i));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  private static ErrorCode code(Runnable action) {
    IpaiException[] thrown = new IpaiException[1];
    assertThatThrownBy(action::run).isInstanceOfSatisfying(IpaiException.class, e -> thrown[0] = e);
    assertThat(thrown[0].hint()).isNotBlank();
    assertThat(thrown[0].toString() + thrown[0].facts()).doesNotContain(SECRET);
    return thrown[0].code();
  }

  @Test
  void everyKindOfPagesIsReadToTheEnd() {
    Map<String, Map<String, @Nullable Object>> streams =
        Map.of(
            "plain", stream("plain"),
            "page",
                stream(
                    "page",
                    "records",
                    "data.items",
                    "page",
                    Map.of("kind", "page", "param", "page", "size", 10, "size_param", "size")),
            "offset",
                stream(
                    "offset",
                    "page",
                    Map.of("kind", "offset", "param", "offset", "size", 5, "size_param", "size")),
            "cursor",
                stream(
                    "cursor",
                    "records",
                    "items",
                    "page",
                    Map.of("kind", "cursor", "param", "after", "next", "meta.next")),
            "link",
                stream("link", "page", Map.of("kind", "link", "size", 7, "size_param", "size")));
    try (Connector connector = connector(Map.of(), streams)) {
      for (String stream : streams.keySet()) {
        assertThat(rows(connector, stream))
            .extracting(row -> row.get("id"))
            .as(stream)
            .hasSize(25)
            .doesNotHaveDuplicates();
      }
      assertThat(connector.check()).isEmpty();
    }
  }

  @Test
  void pagesAreReadToTheEndThoughTheApiGivesLessThanItIsAskedFor() {
    Map<String, Map<String, @Nullable Object>> streams =
        Map.of(
            "page",
                stream(
                    "page",
                    "records",
                    "data.items",
                    "page",
                    Map.of("kind", "page", "param", "page", "size", 1000, "size_param", "size")),
            "offset",
                stream(
                    "offset",
                    "page",
                    Map.of(
                        "kind", "offset", "param", "offset", "size", 1000, "size_param", "size")));
    for (int most : List.of(4, 5, 25, 100)) {
      api.most = most;
      api.refusesLatePages = most > 4;
      try (Connector connector = connector(Map.of(), streams)) {
        for (String stream : streams.keySet()) {
          assertThat(rows(connector, stream))
              .extracting(row -> row.get("id"))
              .as("%s, at most %d", stream, most)
              .hasSize(25)
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void aFirstPageThatIsNotThereIsNoEnd() {
    Map<String, @Nullable Object> gone =
        stream("nowhere", "page", Map.of("kind", "page", "param", "page"));
    try (Connector connector = connector(Map.of(), Map.of("gone", gone))) {
      assertThat(code(() -> rows(connector, "gone"))).isEqualTo(ConnectorErrors.SOURCE_FAILED);
    }
  }

  @Test
  @Tag("REQ-CON-086")
  void aRecordAheadOfTheClockHidesNoLaterChange() {
    Map<String, @Nullable Object> stream =
        stream(
            "plain",
            "fields",
            Map.of("id", "bigint", "changed", "timestamptz"),
            "changes",
            Map.of("field", "changed", "param", "since", "overlap", "10m"));
    api.put(26, "from the future", "2999-01-01T00:00:00Z");
    try (Connector connector = connector(Map.of(), Map.of("plain", stream))) {
      Cursor first = last(connector, ReadMode.SNAPSHOT, null);
      assertThat(first.json()).contains("2026-01-01T10:25:00Z").doesNotContain("2999");
      api.put(27, "later", "2026-01-02T00:00:00Z");
      Cursor second = last(connector, ReadMode.CHANGES, first);
      assertThat(api.requests.getLast()).contains("since=2026-01-01T10%3A15");
      assertThat(second.json()).contains("2026-01-02T00:00:00Z");
      assertThat(connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .contains("ahead of the server's clock");
      last(
          connector,
          ReadMode.CHANGES,
          new Cursor(second.json().replace("2026-01-02", "2999-01-02")));
      assertThat(api.requests.getLast()).as("nobody knows since when").doesNotContain("since");
    }
  }

  private static Cursor last(Connector connector, ReadMode mode, @Nullable Cursor from) {
    Cursor last = new Cursor("{}");
    try (BatchReader reader = connector.open(new StreamRequest("plain", mode, from))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        last = batch.after();
      }
    }
    return last;
  }

  @Test
  void aLoginThatTheApiRepeatsInItsLinksIsNotKept() {
    api.wanted = SECRET;
    Map<String, @Nullable Object> linked =
        stream("link", "page", Map.of("kind", "link", "size", 7, "size_param", "size"));
    Map<String, String> auth = Map.of("kind", "query", "name", "key", "secret", "secret://crm/key");
    for (String echoed : List.of("&key=" + SECRET, "&KEY=" + SECRET + "&x=1", "&other=" + SECRET)) {
      api.echoed = echoed;
      try (Connector connector = connector(Map.of("auth", auth), Map.of("link", linked));
          BatchReader reader = connector.open(new StreamRequest("link", ReadMode.SNAPSHOT, null))) {
        int rows = 0;
        for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
          assertThat(batch.after().json()).doesNotContain(SECRET);
          rows += batch.rows().size();
        }
        assertThat(rows).as(echoed).isEqualTo(25);
      }
    }
  }

  @Test
  void fieldsHaveTheirTypesAndTheRecordIsKeptWhole() {
    Map<String, String> fields =
        Map.of(
            "id",
            "bigint",
            "amount",
            "numeric",
            "changed",
            "timestamptz",
            "address.city",
            "text",
            "tags",
            "json",
            "nosuch",
            "text");
    try (Connector connector =
        connector(Map.of(), Map.of("plain", stream("plain", "fields", fields)))) {
      Map<String, @Nullable Object> row = rows(connector, "plain").getFirst();
      assertThat(row)
          .containsEntry("id", 1L)
          .containsEntry("amount", new BigDecimal("12345678901234567890.10"))
          .containsEntry("changed", Instant.parse("2026-01-01T10:01:00Z"))
          .containsEntry("address.city", "Cebu")
          .containsEntry("tags", new JsonText("[1,2]"))
          .containsEntry("nosuch", null);
      assertThat(String.valueOf(row.get("payload"))).contains("\"name 1\"");
    }
  }

  @Test
  void everyLoginIsSentAsTheApiWantsIt() {
    Map<String, Map<String, @Nullable Object>> streams = Map.of("plain", stream("plain"));
    Map<String, Map<String, String>> logins =
        Map.of(
            "Bearer " + SECRET,
            Map.of("kind", "bearer"),
            "Basic YW5hOmNhbmFyeS1zZWNyZXQtNWMxZg==",
            Map.of("kind", "basic", "login", "ana"),
            SECRET,
            Map.of("kind", "query", "name", "key"));
    logins.forEach(
        (wanted, auth) -> {
          api.wanted = wanted;
          Map<String, String> all = new HashMap<>(auth);
          all.put("secret", "secret://crm/token");
          try (Connector connector = connector(Map.of("auth", all), streams)) {
            assertThat(rows(connector, "plain")).as(auth.toString()).hasSize(25);
          }
        });
    api.wanted = "something else";
    try (Connector connector =
        connector(Map.of("auth", Map.of("kind", "bearer", "secret", "secret://x")), streams)) {
      assertThat(code(() -> rows(connector, "plain"))).isEqualTo(ConnectorErrors.REFUSED_LOGIN);
    }
  }

  @Test
  void aTokenIsFetchedOnceAndAnewWhenItIsRefused() {
    String token = api.url().replace("/v1", "/token");
    Map<String, String> auth =
        Map.of("kind", "oauth2", "token_url", token, "client_id", "client", "secret", "secret://x");
    api.wanted = "none yet";
    try (Connector connector = connector(Map.of("auth", auth), Map.of("plain", stream("plain")))) {
      assertThat(rows(connector, "plain")).hasSize(25);
      assertThat(rows(connector, "plain")).hasSize(25);
      assertThat(api.tokens.get()).isOne();
      api.wanted = "revoked";
      assertThat(rows(connector, "plain")).hasSize(25);
      assertThat(api.tokens.get()).isEqualTo(2);
    }
  }

  @Test
  void theLoginStaysWithItsOwnOrigin() throws Exception {
    try (FakeApi other = new FakeApi()) {
      Map<String, Map<String, @Nullable Object>> streams =
          Map.of(
              "moved", stream("moved", "params", Map.of("to", other.url() + "/plain")),
              "elsewhere", stream("elsewhere", "page", Map.of("kind", "link")));
      try (Connector connector =
          connector(Map.of("auth", Map.of("kind", "bearer", "secret", "secret://x")), streams)) {
        assertThat(rows(connector, "moved")).hasSize(25);
        assertThat(other.logins).containsExactly("");
        assertThat(code(() -> rows(connector, "elsewhere"))).isEqualTo(ConnectorErrors.ANSWER);
      }
    }
  }

  @Test
  void addressesInsideTheHouseAreRefusedAlsoAfterARedirect() {
    try (Connector connector =
        connector(Map.of("private_addresses", false), Map.of("plain", stream("plain")))) {
      assertThat(code(() -> rows(connector, "plain"))).isEqualTo(ConnectorErrors.ADDRESS_REFUSED);
      assertThat(api.requests).isEmpty();
    }
    for (String path : List.of("http://evil/x", "/x", "../x", "a\\b")) {
      assertThat(code(() -> connector(Map.of(), Map.of("x", stream(path))).close()))
          .isEqualTo(ConnectorErrors.SETTING);
    }
  }

  @Test
  void childrenAreReadForEachParentAndAStatusCanMeanNone() {
    Map<String, @Nullable Object> orders =
        stream(
            "page/{customer}/orders",
            "fields",
            Map.of("no", "bigint"),
            "key",
            List.of("customer", "no"),
            "parent",
            Map.of("stream", "customers", "field", "id", "as", "customer"),
            "ignore_status",
            List.of(404));
    try (Connector connector =
        connector(Map.of(), Map.of("customers", stream("plain"), "orders", orders))) {
      List<Map<String, @Nullable Object>> rows = rows(connector, "orders");
      assertThat(rows).hasSize(40).doesNotHaveDuplicates();
      assertThat(rows.getFirst()).containsEntry("customer", "1").containsEntry("no", 1L);
    }
  }

  @Test
  void pagesThatGoInCirclesAreNoticed() {
    Map<String, @Nullable Object> circle =
        stream(
            "circle",
            "records",
            "items",
            "page",
            Map.of("kind", "cursor", "param", "after", "next", "meta.next"));
    try (Connector connector = connector(Map.of(), Map.of("circle", circle))) {
      assertThat(code(() -> rows(connector, "circle"))).isEqualTo(ConnectorErrors.ANSWER);
    }
  }

  @Test
  void requestsKeepToTheirPace() {
    Map<String, @Nullable Object> page =
        stream(
            "offset",
            "page",
            Map.of("kind", "offset", "param", "offset", "size", 5, "size_param", "size"));
    try (Connector connector =
        connector(Map.of("requests_per_minute", 600), Map.of("offset", page))) {
      long start = System.nanoTime();
      rows(connector, "offset");
      assertThat(api.requests).hasSize(6);
      assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(500);
    }
  }
}
