package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ipai.gateway.http.Json;
import ai.ipai.governance.config.Setting;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Connectors over HTTP: signed batches come in, and who may operate a connector runs it. */
@Tag("REQ-CON-070")
class FunctionsPlatformTest {
  private static final String KEY = "a key that only the sender has";
  private static final String BODY = "{\"stream\":\"orders\",\"rows\":[{\"id\":1,\"total\":2.50}]}";
  private static final SecretActor ACTOR = SecretActor.of("user:test", "ipai_platform_admin");
  private static final SecretRef SECRET = SecretRef.parse("secret://shop/push");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private PlatformConfig shop() throws IOException {
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    Files.createDirectories(workspace.resolve("connectors"));
    Files.createDirectories(workspace.resolve("files"));
    Files.writeString(workspace.resolve("ipai.yaml"), "name: shop\n");
    Files.writeString(
        workspace.resolve("connectors/shop.yaml"),
        """
        type: push
        connection: {secret: "secret://shop/push"}
        streams:
          - {name: orders, key: [id]}
        """);
    Files.writeString(
        workspace.resolve("connectors/files.yaml"),
        """
        type: file
        connection: {folder: files}
        streams:
          - {name: things, glob: "things.csv"}
        """);
    Files.writeString(workspace.resolve("files/things.csv"), "id,name\n1,a\n2,b\n");
    return PlatformConfig.load(
        RunningPlatform.ROOT,
        folder.resolve("data"),
        Map.of(),
        Map.of(
            Setting.DATA_DIR,
            folder.resolve("data").toString(),
            Setting.PORT,
            "0",
            Setting.DATABASE_PORT,
            "0",
            Setting.WORKSPACE,
            workspace.toString()));
  }

  private void apply(Platform platform) {
    Workshop workshop = new Workshop(platform.installation(), folder.resolve("workspace"));
    workshop.vault().put(ACTOR, SECRET, SecretValue.of(KEY), "");
    workshop.vault().grant(ACTOR, SECRET, SecretUser.connector("shop"));
    workshop.apply("user:test", Optional.empty());
  }

  /** The functions of supabase/functions, run by Node with what their runtime lends them. */
  @Test
  @Tag("REQ-CON-147")
  void edgeFunctionsForwardWithTheCallersTokenOrSignature() throws Exception {
    assumeTrue(EdgeFunction.isPossible(), "there is no node here");
    try (Platform platform = Platform.start(shop())) {
      apply(platform);
      try (EdgeFunction ingest = EdgeFunction.start("ipai-ingest", platform.apiUrl());
          EdgeFunction connector = EdgeFunction.start("ipai-connector", platform.apiUrl())) {
        HttpResponse<String> stored =
            deliverTo(ingest.url() + "/ipai-ingest/shop", BODY, signature("key-1", BODY));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        assertThat(Json.read(stored.body()).path("inserted").asLong()).isEqualTo(1);
        String forged = BODY.replace("2.50", "9.50");
        assertThat(
                deliverTo(ingest.url() + "/ipai-ingest/shop", forged, signature("key-2", BODY))
                    .statusCode())
            .isEqualTo(401);
        assertThat(
                deliverTo(ingest.url() + "/ipai-ingest/..%2Fx", BODY, signature("key-1", BODY))
                    .statusCode())
            .isEqualTo(404);

        String address = connector.url() + "/ipai-connector/files";
        assertThat(runAt(address, "", "{}").statusCode()).isEqualTo(401);
        assertThat(runAt(address, token(platform, "ipai_bi_developer"), "{}").statusCode())
            .isEqualTo(403);
        HttpResponse<String> synced =
            runAt(address, token(platform, "ipai_operator"), "{\"action\":\"sync\"}");
        assertThat(synced.statusCode()).as(synced.body()).isEqualTo(200);
        assertThat(Json.read(synced.body()).path("status").asString()).isEqualTo("succeeded");
      }
    }
  }

  @Test
  void signedBatchesLandOnceAndOnlyOperatorsRunConnectors() throws Exception {
    try (Platform platform = Platform.start(shop())) {
      apply(platform);

      HttpResponse<String> first = deliver(platform, "shop", BODY, signature("key-1", BODY));
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(Json.read(first.body()).path("inserted").asLong()).isEqualTo(1);
      JsonNode again = Json.read(deliver(platform, "shop", BODY, signature("key-1", BODY)).body());
      assertThat(again.path("repeated").asBoolean()).isTrue();
      String forged = BODY.replace("2.50", "9.50");
      HttpResponse<String> refused = deliver(platform, "shop", forged, signature("key-1", BODY));
      assertThat(refused.statusCode()).isEqualTo(401);
      HttpResponse<String> absent = deliver(platform, "nobody", BODY, signature("key-1", BODY));
      assertThat(absent.statusCode()).as("absent looks like forged").isEqualTo(401);
      assertThat(absent.body().replaceAll("\"(instance|request.?[iI]d|trace)\":\"[^\"]*\"", ""))
          .isEqualTo(
              refused.body().replaceAll("\"(instance|request.?[iI]d|trace)\":\"[^\"]*\"", ""));

      assertThat(run(platform, "", "{}").statusCode()).isEqualTo(401);
      assertThat(run(platform, token(platform, "ipai_bi_developer"), "{}").statusCode())
          .isEqualTo(403);
      String operator = token(platform, "ipai_operator");
      assertThat(run(platform, operator, "{\"action\":\"check\"}").body()).contains("findings");
      HttpResponse<String> synced = run(platform, operator, "{\"action\":\"sync\"}");
      assertThat(synced.statusCode()).as(synced.body()).isEqualTo(200);
      assertThat(Json.read(synced.body()).path("status").asString()).isEqualTo("succeeded");
      assertThat(run(platform, operator, "{\"action\":\"drop\"}").statusCode()).isEqualTo(400);
    }
  }

  private static String token(Platform platform, String role) {
    return platform
        .installation()
        .tokens()
        .minter()
        .mint(
            Map.of(
                "role",
                "authenticated",
                "sub",
                "00000000-0000-0000-0000-000000000001",
                "app_metadata",
                Map.of("ipai_roles", List.of(role))),
            Duration.ofMinutes(5));
  }

  private HttpResponse<String> run(Platform platform, String token, String body) throws Exception {
    return runAt(platform.apiUrl() + "/functions/v1/ipai-connector-files", token, body);
  }

  private HttpResponse<String> runAt(String address, String token, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> deliver(
      Platform platform, String connector, String body, String[] signed) throws Exception {
    return deliverTo(platform.apiUrl() + "/functions/v1/ipai-ingest-" + connector, body, signed);
  }

  private HttpResponse<String> deliverTo(String address, String body, String[] signed)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address))
            .header("content-type", "application/json")
            .header("webhook-id", signed[0])
            .header("webhook-timestamp", signed[1])
            .header("webhook-signature", signed[2])
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String[] signature(String id, String body) throws Exception {
    String at = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] digest = mac.doFinal((id + "." + at + "." + body).getBytes(StandardCharsets.UTF_8));
    return new String[] {id, at, "v1," + Base64.getEncoder().encodeToString(digest)};
  }
}
