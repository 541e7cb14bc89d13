package ai.ipai.connectors.github;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamRequest;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several repositories, whose list changes. Each has 25 releases of years ago, ten a page. */
@Tag("REQ-CON-041")
class CollectionReaderTest {
  private static final Pattern PATH = Pattern.compile("/repos/([^/]+/[^/]+)/releases\\?.*");
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", CollectionReaderTest::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String uri = exchange.getRequestURI().toString();
      Matcher path = PATH.matcher(uri);
      int status = path.matches() ? 200 : 404;
      int page = uri.contains("&page=") ? Integer.parseInt(uri.replaceFirst(".*&page=", "")) : 1;
      List<String> records = new ArrayList<>();
      for (int i = (page - 1) * 10; i < Math.min(25, page * 10); i++) {
        records.add("{\"id\":%d,\"published_at\":\"2020-01-01T00:00:00Z\"}".formatted(100 - i));
      }
      if (page < 3 && status == 200) {
        String next = uri.replaceFirst("&page=.*", "") + "&page=" + (page + 1);
        exchange.getResponseHeaders().set("Link", "<%s>; rel=\"next\"".formatted(next));
      }
      byte[] body = ("[" + String.join(",", records) + "]").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Reads at most so many batches; the cursor after them, and what came, as repository/id. */
  private Cursor read(
      List<String> repositories, @Nullable Cursor from, int batches, List<String> into) {
    Map<String, Object> connection =
        Map.of(
            "url",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "repositories",
            repositories,
            "private_addresses",
            true);
    ConnectorSettings settings =
        new ConnectorSettings("code", Settings.of("connection", connection), List.of());
    ConnectorContext context =
        new ConnectorContext(r -> "", Clock.systemUTC(), new Cancellation(), Path.of("."));
    Cursor at = from;
    try (Connector connector = new GithubConnectorType().open(settings, context);
        BatchReader reader =
            connector.open(new StreamRequest("releases", ReadMode.CHANGES, from))) {
      RecordBatch batch = reader.next();
      for (int i = 0; batch != null; batch = ++i < batches ? reader.next() : null) {
        batch.rows().forEach(row -> into.add(row.value(0) + "/" + row.value(1)));
        at = batch.after();
      }
    }
    return java.util.Objects.requireNonNull(at);
  }

  @Test
  void aRepositoryThatIsAddedIsReadFromItsBeginning() {
    List<String> all = new ArrayList<>();
    Cursor first = read(List.of("a/one", "a/two"), null, 100, all);
    assertThat(all).hasSize(50).doesNotHaveDuplicates();
    List<String> second = new ArrayList<>();
    Cursor then = read(List.of("b/new", "a/one", "a/two"), first, 100, second);
    assertThat(second).filteredOn(row -> row.startsWith("b/new")).hasSize(25);
    assertThat(second).filteredOn(row -> row.startsWith("a/")).as("one page each").hasSize(20);
    List<String> third = new ArrayList<>();
    read(List.of("b/new", "a/one", "a/two"), then, 100, third);
    assertThat(third).hasSize(30);
  }

  @Test
  void theListMayChangeWhileAReadingIsInterrupted() {
    for (int batches = 1; batches < 6; batches++) {
      for (List<String> later :
          List.of(
              List.of("b/new", "a/one", "a/two"),
              List.of("a/two", "b/new"),
              List.of("a/two", "a/one"),
              List.of("b/new"))) {
        List<String> rows = new ArrayList<>();
        Cursor killed = read(List.of("a/one", "a/two"), null, batches, rows);
        read(later, killed, 100, rows);
        for (String repository : later) {
          assertThat(rows)
              .as("%s after %d batches, then %s", repository, batches, later)
              .filteredOn(row -> row.startsWith(repository))
              .hasSize(25)
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void oneMarkForAllRepositoriesIsNotTrusted() {
    List<String> rows = new ArrayList<>();
    read(List.of("a/one"), new Cursor("{\"until\":\"2026-01-01T00:00:00Z\"}"), 100, rows);
    assertThat(rows).hasSize(25);
  }
}
