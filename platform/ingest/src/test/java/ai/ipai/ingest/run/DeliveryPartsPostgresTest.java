package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.push.Delivery;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a row of a delivery does not give stays as it is. */
@Tag("REQ-CON-070")
class DeliveryPartsPostgresTest {
  private static final byte[] KEY =
      "a key of thirty-two bytes, or so".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String ROWS =
      "select string_agg(id || ':' || coalesce(total::text, '-') || ':' || coalesce(note, '-')"
          + " || ':' || coalesce(_ipai_rescued #>> '{total,value}', '-'), ' ' order by id)"
          + " from bronze_shop.orders";

  private IngestFixture fixture;
  private DeliveryIntake intake;
  private int delivered;

  @BeforeEach
  void open() {
    fixture = new IngestFixture(Path.of("."));
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
  void aRowThatLacksAColumnKeepsItsValueWhateverOtherRowsGive() throws SQLException {
    apply(Map.of());
    deliver("{'id':1,'total':5,'note':'x'},{'id':2,'total':6,'note':'y'}");
    LoadCounts counts = deliver("{'id':1,'total':7},{'id':2,'note':'z'},{'id':3,'note':'n'}");
    assertThat(fixture.value(ROWS)).isEqualTo("1:7:x:- 2:6:z:- 3:-:n:-");
    assertThat(List.of(counts.read(), counts.inserted(), counts.updated()))
        .containsExactly(3L, 1L, 2L);
    deliver("{'id':1,'note':null},{'id':2,'unheard_of':null}");
    assertThat(fixture.value(ROWS)).as("a null is a value").isEqualTo("1:7:-:- 2:6:z:- 3:-:n:-");
  }

  @Test
  void whatWasRescuedStaysUntilItsColumnIsGivenAgain() throws SQLException {
    apply(Map.of());
    deliver("{'id':1,'total':'bad','note':'x'}");
    deliver("{'id':1,'note':'y'}");
    assertThat(fixture.value(ROWS)).isEqualTo("1:-:y:bad");
    assertThat(deliver("{'id':1,'note':'y'}").changed()).isZero();
    deliver("{'id':1,'total':9}");
    assertThat(fixture.value(ROWS)).isEqualTo("1:9:y:-");
    assertThat(fixture.value("select _ipai_rescued is null from bronze_shop.orders"))
        .isEqualTo("t");
  }

  @Test
  void rowsWithOneKeyAddUpInTheirOrder() throws SQLException {
    apply(Map.of());
    LoadCounts counts =
        deliver(
            "{'id':'4','total':1,'note':'a'},{'id':5,'total':2},{'id':4.0,'note':'b'},{'id':5,'total':3}");
    assertThat(fixture.value(ROWS)).isEqualTo("4:1:b:- 5:3:-:-");
    assertThat(counts.read()).isEqualTo(4);
    assertThat(deliver("{'id':5,'note':'c'},{'id':'5.0','total':9}").rejects())
        .as("a key that does not fit is nobody's")
        .isEqualTo(1);
    assertThat(fixture.value(ROWS)).isEqualTo("4:1:b:- 5:3:c:-");
    delivered++;
    intake.deliver(
        "shop",
        signed(
            "{'stream':'orders','rows':[{'id':4,'total':8}],'deleted':[{'id':4,'note':'gone'}]}"));
    assertThat(
            fixture.value("select _ipai_op || total || note from bronze_shop.orders where id = 4"))
        .isEqualTo("d1b");
  }

  @Test
  void aNewVersionCarriesOnWhatItWasNotGiven() throws SQLException {
    apply(Map.of("mode", "history"));
    deliver("{'id':1,'total':5,'note':'x'},{'id':2,'total':'bad','note':'y'}");
    deliver("{'id':1,'total':7},{'id':2,'note':'z'}");
    assertThat(
            fixture.value(
                ROWS.replace("from bronze_shop.orders", "filter (where _ipai_valid_to is null)")
                    + " from bronze_shop.orders"))
        .isEqualTo("1:7:x:- 2:-:z:bad");
    assertThat(fixture.value("select count(*) from bronze_shop.orders")).isEqualTo("4");
  }

  @Test
  void withoutAKeyEveryRowIsAppended() throws SQLException {
    apply(Map.of("mode", "append"));
    deliver("{'id':1,'total':5},{'id':1,'note':'x'},{'id':1,'total':5}");
    assertThat(
            fixture.value(
                "select string_agg(id || coalesce(total::text, '-') || coalesce(note, '-'), ' '"
                    + " order by total) from bronze_shop.orders"))
        .isEqualTo("15- 15- 1-x");
  }

  private LoadCounts deliver(String rows) {
    delivered++;
    return intake.deliver("shop", signed("{'stream':'orders','rows':[" + rows + "]}")).counts();
  }

  private void apply(Map<String, Object> options) throws SQLException {
    Map<String, Object> stream = new LinkedHashMap<>(options);
    stream.put("name", "orders");
    stream.put("key", List.of("id"));
    stream.put("types", Map.of("id", "bigint", "total", "numeric"));
    fixture.apply(
        ConnectorDefinition.of(
            "shop",
            Map.of(
                "type",
                "push",
                "connection",
                Map.of("secret", "secret://shop/push"),
                "streams",
                List.of(stream))));
  }

  private Delivery signed(String quoted) {
    String body = quoted.replace('\'', '"');
    String id = "key-" + delivered;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      byte[] digest =
          mac.doFinal(
              (id + "." + NOW.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8));
      return new Delivery(
          id,
          Long.toString(NOW.getEpochSecond()),
          "v1," + Base64.getEncoder().encodeToString(digest),
          body.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
