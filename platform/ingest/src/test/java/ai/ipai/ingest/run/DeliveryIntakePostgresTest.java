package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.push.Delivery;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 23 for deliveries: forged ones are refused, one that comes a hundred times is one. */
@Tag("REQ-CON-070")
class DeliveryIntakePostgresTest {
  private static final byte[] KEY =
      "a key of thirty-two bytes, or so".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String BODY =
      "{\"stream\":\"orders\",\"rows\":[{\"id\":\"1\",\"total\":12.50,\"lines\":[1]},{\"id\":\"2\",\"total\":\"x\"}]}";

  private IngestFixture fixture;
  private DeliveryIntake intake;

  @BeforeEach
  void open() throws SQLException {
    fixture = new IngestFixture(Path.of("."));
    fixture.apply(
        ConnectorDefinition.of(
            "shop",
            Map.of(
                "type", "push",
                "connection", Map.of("secret", "secret://shop/push"),
                "streams",
                    List.of(
                        Map.of(
                            "name", "orders",
                            "key", List.of("id"),
                            "types", Map.of("id", "bigint", "total", "numeric"))))));
    intake =
        new DeliveryIntake(
            fixture.database.database(),
            (connection, entry) -> fixture.audited.add(entry),
            (connector, reference) -> "whsec_" + Base64.getEncoder().encodeToString(KEY),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aDeliveryThatComesAHundredTimesIsStoredOnce() throws Exception {
    List<Future<DeliveryIntake.Receipt>> receipts = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 100; i++) {
        receipts.add(executor.submit(() -> intake.deliver("shop", signed("key-1", BODY))));
      }
    }
    int stored = 0;
    for (Future<DeliveryIntake.Receipt> receipt : receipts) {
      stored += receipt.get().repeated() ? 0 : 1;
    }
    assertThat(stored).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select id::text, total::text, lines::text, _ipai_op, (_ipai_rescued is null)::text from bronze_shop.orders order by id"))
        .containsExactly(
            java.util.Arrays.asList("1", "12.50", "[1]", "i", "true"),
            java.util.Arrays.asList("2", null, null, "i", "false"));
    assertThat(fixture.value("select count(*) from ipai.connector_run")).isEqualTo("1");
    assertThat(fixture.rows("select * from ipai.unprotected()")).isEmpty();
    assertThat(fixture.audited).hasSize(1);
  }

  @Test
  void laterDeliveriesMergeDeleteAndAreUndone() throws SQLException {
    intake.deliver("shop", signed("key-1", BODY));
    DeliveryIntake.Receipt second =
        intake.deliver(
            "shop",
            signed(
                "key-2",
                "{\"stream\":\"orders\",\"rows\":[{\"id\":2,\"total\":3,\"new\":true}],\"deleted\":[{\"id\":1}]}"));
    String rows =
        "select string_agg(id || _ipai_op || coalesce(total::text, '-'), ' ' order by id) from bronze_shop.orders";
    assertThat(fixture.value(rows)).isEqualTo("1d12.50 2u3");
    new RunUndo(fixture.database.database(), (connection, entry) -> {})
        .undo(second.run().toString(), "user:test");
    assertThat(fixture.value(rows)).isEqualTo("1i12.50 2i-");
    assertThat(fixture.value("select count(*) from ipai.delivery")).isEqualTo("1");
  }

  @Test
  void whatIsForgedStaleOrNoBatchIsRefusedAndStoresNothing() throws SQLException {
    Delivery good = signed("key-1", BODY);
    refused(
        IngestErrors.PUSH_UNSIGNED,
        () ->
            intake.deliver(
                "shop", new Delivery("key-2", good.timestamp(), good.signature(), good.body())));
    refused(
        IngestErrors.PUSH_UNSIGNED,
        () ->
            intake.deliver(
                "shop",
                new Delivery(
                    good.id(),
                    good.timestamp(),
                    good.signature(),
                    bytes(BODY.replace("12.50", "99.50")))));
    refused(
        IngestErrors.PUSH_UNSIGNED,
        () -> intake.deliver("shop", new Delivery(good.id(), good.timestamp(), "", good.body())));
    refused(
        IngestErrors.PUSH_UNSIGNED,
        () -> intake.deliver("shop", signed("key-1", BODY, NOW.minus(Duration.ofMinutes(6)))));
    refused(IngestErrors.PUSH_UNSIGNED, () -> intake.deliver("nobody", good));
    refused(IngestErrors.PUSH_REFUSED, () -> intake.deliver("shop", signed("key-1", "[]")));
    refused(
        IngestErrors.PUSH_REFUSED,
        () -> intake.deliver("shop", signed("key-1", "{\"stream\":\"other\",\"rows\":[]}")));
    refused(
        IngestErrors.KEY_MISSING,
        () ->
            intake.deliver(
                "shop", signed("key-1", "{\"stream\":\"orders\",\"rows\":[{\"total\":1}]}")));
    assertThat(fixture.value("select count(*) from ipai.delivery")).isEqualTo("0");
    assertThat(fixture.value("select to_regclass('bronze_shop.orders')")).isEqualTo("null");
    intake.deliver("shop", good);
    refused(
        IngestErrors.PUSH_REFUSED,
        () -> intake.deliver("shop", signed("key-1", BODY.replace("12.50", "99.50"))));
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(IpaiException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static Delivery signed(String id, String body) {
    return signed(id, body, NOW);
  }

  /** As the Standard Webhooks specification says, written independently. */
  private static Delivery signed(String id, String body, Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      byte[] digest = mac.doFinal(bytes(id + "." + at.getEpochSecond() + "." + body));
      return new Delivery(
          id,
          Long.toString(at.getEpochSecond()),
          "v1,AAAA v1," + Base64.getEncoder().encodeToString(digest),
          bytes(body));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
