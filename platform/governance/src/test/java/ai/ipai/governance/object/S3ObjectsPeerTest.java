package ai.ipai.governance.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-BACKUP-006")
class S3ObjectsPeerTest {
  @TempDir private static Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  private static S3Peer peer;

  @BeforeAll
  static void start() throws Exception {
    peer = S3Peer.start(folder);
  }

  @AfterAll
  static void stop() {
    peer.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsWrittenIsReadAndNeverReplaced() {
    byte[] content = new byte[100_000];
    new Random(1).nextBytes(content);
    for (ObjectStore objects :
        List.of(peer.objects("written"), new FolderObjects(folder.resolve("written")))) {
      assertThat(objects.get("2026/a_b-c.note")).isEmpty();
      assertThat(objects.putNew("2026/a_b-c.note", content)).isTrue();
      assertThat(objects.putNew("2026/a_b-c.note", bytes("other"))).isFalse();
      assertThat(objects.get("2026/a_b-c.note")).contains(content);
      objects.putOnce("2026/a_b-c.note", content);
      assertThatThrownBy(() -> objects.putOnce("2026/a_b-c.note", bytes("other")))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(ObjectErrors.CONFLICT));
      assertThat(objects.get("2026/a_b-c.note")).contains(content);
    }
  }

  @Test
  void foldersAreListedToTheEndAndSorted() {
    ObjectStore objects = peer.objects("listed");
    for (int i = 0; i < 1005; i++) {
      objects.putNew("many/%04d".formatted(i), bytes("x"));
    }
    objects.putNew("other/one", bytes("x"));
    objects.putNew("top", bytes("x"));
    assertThat(objects.list("many/")).hasSize(1005).isSorted().contains("many/0000", "many/1004");
    assertThat(objects.list("")).containsExactly("many/", "other/", "top");
    assertThat(objects.list("nothing/")).isEmpty();
    assertThat(peer.objects("elsewhere").list("")).as("another prefix").isEmpty();
  }

  @Test
  void refusalsAreToldApartAndNameNoSecret() {
    assertCode(
        () -> peer.objects(S3Peer.BUCKET, "x", "another-secret").list(""), ObjectErrors.REFUSED);
    assertCode(
        () -> peer.objects("no-such-bucket", "x", S3Peer.SECRET).list(""), ObjectErrors.NO_BUCKET);
    assertCode(() -> at(URI.create("http://127.0.0.1:1")).get("x"), ObjectErrors.UNAVAILABLE);
  }

  private static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage() + e.facts() + e.hint())
                  .doesNotContain(S3Peer.SECRET, "another-secret");
            });
  }

  private static S3Objects at(URI endpoint) {
    return new S3Objects(
        URI.create("s3://bucket/prefix"),
        Optional.of(endpoint),
        "us-east-1",
        S3Peer.KEY_ID,
        S3Peer.SECRET,
        Clock.systemUTC());
  }

  @Test
  void whatPassesIsTriedAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int status = calls.incrementAndGet() < 3 ? 503 : 200;
          exchange.sendResponseHeaders(status, 2);
          exchange.getResponseBody().write(bytes("ok"));
          exchange.close();
        });
    server.start();
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(at(endpoint).get("x")).contains(bytes("ok"));
      assertThat(calls).hasValue(3);
    } finally {
      server.stop(0);
    }
  }
}
