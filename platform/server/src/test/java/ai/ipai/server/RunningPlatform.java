package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** The whole platform with a small lakehouse, called over real HTTP. */
final class RunningPlatform implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("ipai.root", "../.."));
  static final String OPEN = "/api/v1/tables/gold_finance/profit/rows?limit=1000";
  static final String CLOSED = "/api/v1/tables/silver_erp/partner/rows";

  final Platform platform;
  private final DatabaseUrl owner;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningPlatform(Platform platform, DatabaseUrl owner) {
    this.platform = platform;
    this.owner = owner;
  }

  static RunningPlatform embedded(Path dataDir) throws Exception {
    return embedded(PlatformConfig.embedded(ROOT, dataDir));
  }

  static RunningPlatform embedded(PlatformConfig config) throws Exception {
    Platform platform = Platform.start(config);
    RunningPlatform running = new RunningPlatform(platform, platform.installation().requireOwner());
    running.sql(smallLakehouse());
    return running;
  }

  /** On a database that is installed and filled already. */
  static RunningPlatform on(PlatformConfig config, DatabaseUrl owner) throws Exception {
    return new RunningPlatform(Platform.start(config), owner);
  }

  static String smallLakehouse() throws IOException {
    try (var stream =
        RunningPlatform.class.getResourceAsStream("/ai/ipai/server/small-lakehouse.sql")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Of the embedded database in a data folder. */
  static DatabaseUrl superuser(Path dataDir, Platform platform) throws IOException {
    String password =
        Json.read(Files.readString(dataDir.resolve("credentials.json")))
            .path("supabase_admin")
            .asString();
    int port = platform.installation().embeddedPort().orElseThrow();
    return DatabaseUrl.of("127.0.0.1", port, "postgres", "supabase_admin", password);
  }

  /** As the owner of the database. */
  void sql(String text) throws SQLException {
    try (Connection connection = PostgresClient.open(owner, "test");
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  List<String> column(String query) throws SQLException {
    try (Connection connection = PostgresClient.open(owner, "test");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /** Of companies 1 and 2. */
  String token(String role) {
    return platform
        .tokens()
        .minter()
        .mint(
            Map.of(
                "sub",
                UUID.nameUUIDFromBytes(role.getBytes(StandardCharsets.UTF_8)).toString(),
                "app_metadata",
                Map.of("ipai_roles", List.of(role), "company_ids", List.of(1, 2))),
            Duration.ofHours(1));
  }

  HttpResponse<String> get(String path, String token, String requestId) throws Exception {
    return send(request(path, token, requestId));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpRequest.Builder request(String path, String token, String requestId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(platform.apiUrl() + path))
            .timeout(Duration.ofSeconds(60))
            .header("X-Request-Id", requestId);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  /** The answer of {@code /health/ready}. */
  String ready() throws Exception {
    return get("/health/ready", "", UUID.randomUUID().toString()).body();
  }

  /** The ids of all requests that have an entry. */
  Set<String> audited() throws SQLException {
    return new HashSet<>(
        column("select distinct request_id from ipai.audit_log where request_id is not null"));
  }

  @Override
  public void close() {
    platform.close();
    client.close();
  }
}
