package ai.ipai.gateway.rest.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What answers tell beside their rows, by PostgREST's settings. */
@Tag("REQ-RESTSPEC-007")
class StandaloneAnswersPostgresTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static @Nullable TestDatabase shared;

  @BeforeAll
  static void makeTables() throws Exception {
    TestDatabase database = TestPostgres.createEmpty();
    shared = database;
    try (Connection connection = PostgresClient.open(database.url(), "ipai test");
        Statement statement = connection.createStatement()) {
      statement.execute("create schema api");
      statement.execute("comment on schema api is 'Notes'");
      statement.execute("create table api.note (id integer primary key, text text)");
      statement.execute("create table api.hidden (id integer primary key)");
      statement.execute("grant usage on schema api to anon");
      statement.execute("grant select on api.note to anon");
    }
  }

  private static TestDatabase database() {
    return Objects.requireNonNull(shared);
  }

  @AfterAll
  static void drop() {
    database().close();
  }

  private static StandaloneGateway start(String... settings) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("PGRST_DB_URI", database().superuserUrl().revealed());
    environment.put("PGRST_DB_SCHEMAS", "api");
    environment.put("PGRST_DB_ANON_ROLE", "anon");
    for (int i = 0; i < settings.length; i += 2) {
      environment.put("PGRST_" + settings[i], settings[i + 1]);
    }
    return StandaloneGateway.start(PgrstSettings.of(environment), "127.0.0.1", 0);
  }

  private static HttpResponse<String> ask(
      StandaloneGateway gateway, String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void byDefaultEveryPageMayCallWithoutCredentials() throws Exception {
    try (StandaloneGateway gateway = start()) {
      HttpResponse<String> asked =
          ask(
              gateway,
              "OPTIONS",
              "/note",
              "Origin",
              "https://a.example",
              "Access-Control-Request-Method",
              "PATCH",
              "Access-Control-Request-Headers",
              "apikey, prefer");
      assertThat(asked.statusCode()).isEqualTo(200);
      assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
      assertThat(asked.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
      assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
          .contains("apikey", "prefer", "Authorization");
      HttpResponse<String> read = ask(gateway, "GET", "/note", "Origin", "https://a.example");
      assertThat(read.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
          .contains("Content-Range");
      assertThat(read.headers().firstValue("Server-Timing")).isEmpty();
    }
  }

  @Test
  void whereOriginsAreListedOthersAreToldNothing() throws Exception {
    try (StandaloneGateway gateway =
        start("SERVER_CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example")) {
      HttpResponse<String> listed = ask(gateway, "GET", "/note", "Origin", "https://b.example");
      assertThat(listed.headers().firstValue("Access-Control-Allow-Origin"))
          .contains("https://b.example");
      assertThat(listed.headers().firstValue("Access-Control-Allow-Credentials")).contains("true");
      assertThat(listed.headers().allValues("Vary")).contains("Origin");
      HttpResponse<String> other = ask(gateway, "GET", "/note", "Origin", "https://c.example");
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void timingTraceAndBriefErrorsAreAnsweredWhereTheyAreSet() throws Exception {
    try (StandaloneGateway gateway =
        start(
            "SERVER_TIMING_ENABLED", "true",
            "SERVER_TRACE_HEADER", "X-Trace",
            "CLIENT_ERROR_VERBOSITY", "minimal")) {
      HttpResponse<String> read = ask(gateway, "GET", "/note", "X-Trace", "abc");
      assertThat(read.headers().firstValue("X-Trace")).contains("abc");
      assertThat(read.headers().firstValue("Server-Timing").orElse(""))
          .matches("jwt;dur=[0-9.]+, parse;.*, plan;.*, transaction;.*, response;dur=[0-9.]+");
      HttpResponse<String> wrong = ask(gateway, "GET", "/notes");
      assertThat(Json.read(wrong.body()).propertyNames()).containsExactly("code", "message");
    }
  }

  @Test
  void theRootDescribesWhatTheCallerMayUse() throws Exception {
    try (StandaloneGateway gateway = start();
        StandaloneGateway open = start("OPENAPI_MODE", "ignore-privileges");
        StandaloneGateway closed = start("OPENAPI_MODE", "disabled")) {
      HttpResponse<String> own = ask(gateway, "GET", "/");
      assertThat(own.headers().firstValue("Content-Type"))
          .contains("application/openapi+json; charset=utf-8");
      assertThat(Json.read(own.body()).at("/info/title").stringValue()).isEqualTo("Notes");
      assertThat(Json.read(own.body()).path("definitions").propertyNames()).containsExactly("note");
      assertThat(Json.read(ask(open, "GET", "/").body()).path("definitions").propertyNames())
          .containsExactly("hidden", "note");
      assertThat(ask(closed, "GET", "/").statusCode()).isEqualTo(404);
      assertThat(ask(gateway, "GET", "/", "Accept", "text/csv").statusCode()).isEqualTo(406);
    }
  }
}
