package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.rest.RestConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.error.IpaiException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against an API that repeats the key that it is given, in links and in records. */
@Tag("REQ-CON-142")
class DryRunTest {
  private static final String SECRET = "canary secret/7f";
  private static final String ENCODED = "canary%20secret%2F7f";

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String query = String.valueOf(exchange.getRequestURI().getRawQuery());
            asked.add(query);
            boolean found = exchange.getRequestURI().getPath().equals("/v1/orders");
            String body =
                "[{\"id\": %d, \"email\": \"a@b.c\", \"memo\": \"key %s\"}, {\"id\": %d, \"email\": null, \"memo\": \"\"}]"
                    .formatted(asked.size() * 2 - 1, SECRET, asked.size() * 2);
            exchange
                .getResponseHeaders()
                .set(
                    "Link",
                    "</v1/orders?from=%d&api_key=%s>; rel=\"next\""
                        .formatted(asked.size(), ENCODED));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(found ? 200 : 404, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private List<StreamPreview> previews(int rows) {
    ConnectorDefinition definition =
        ConnectorDefinition.of(
            "shop",
            Map.of(
                "type",
                "http",
                "connection",
                Map.of(
                    "url",
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
                    "private_addresses",
                    true,
                    "auth",
                    Map.of("kind", "query", "name", "api_key", "secret", "secret://shop/key")),
                "streams",
                List.of(
                    Map.of(
                        "name",
                        "orders",
                        "path",
                        "orders",
                        "key",
                        List.of("id"),
                        "fields",
                        Map.of("id", "bigint", "email", "text", "memo", "text"),
                        "columns",
                        Map.of("exclude", List.of("email", "payload")),
                        "page",
                        Map.of("kind", "link")),
                    Map.of("name", "refunds", "path", "refunds"))));
    DryRun dry = new DryRun(reference -> SECRET);
    try (Connector connector =
        new RestConnectorType()
            .open(
                definition.settings(),
                new ConnectorContext(
                    dry::secret,
                    Clock.systemUTC(),
                    new Cancellation(),
                    Path.of("."),
                    dry::heard))) {
      return dry.of(connector, definition, connector.discover(), rows);
    }
  }

  @Test
  void theFirstRecordsAreShownAsTheyWouldLandWithTheRequestsThatBroughtThem() {
    StreamPreview orders = previews(3).getFirst();
    assertThat(orders.table()).hasToString("bronze_shop.orders");
    assertThat(orders.error()).isEmpty();
    assertThat(orders.columns())
        .extracting(SourceColumn::name)
        .as("what the file leaves out is not shown")
        .doesNotContain("email", "payload")
        .contains("id", "memo");
    int id = orders.columns().stream().map(SourceColumn::name).toList().indexOf("id");
    assertThat(orders.rows()).extracting(row -> row.get(id)).containsExactly("1", "2", "3");
    assertThat(orders.requests())
        .hasSize(2)
        .allSatisfy(
            line -> assertThat(line).startsWith("GET http://127.0.0.1:").contains(" -> 200, "));
  }

  @Test
  void noSecretIsShownWhereverTheSourceRepeatsIt() {
    List<StreamPreview> previews = previews(3);
    assertThat(asked).anySatisfy(query -> assertThat(query).contains(ENCODED));
    assertThat(previews.toString())
        .doesNotContain(SECRET)
        .doesNotContain(ENCODED)
        .doesNotContain("canary")
        .contains("api_key=***")
        .contains("key ***");
  }

  @Test
  void aStreamThatFailsSaysWhyAndKeepsItsRequests() {
    StreamPreview refunds = previews(3).getLast();
    assertThat(refunds.rows()).isEmpty();
    assertThat(refunds.error()).map(IpaiException::code).contains(ConnectorErrors.SOURCE_FAILED);
    assertThat(refunds.requests()).singleElement().asString().contains(" -> 404");
  }
}
