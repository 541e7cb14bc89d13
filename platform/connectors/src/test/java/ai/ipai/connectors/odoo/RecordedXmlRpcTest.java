package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same calls as a real Odoo 18 answered them by XML-RPC and by JSON-RPC: what the XML client
 * makes of one has to be what the other says.
 */
@Tag("REQ-CON-085")
class RecordedXmlRpcTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String FIRST_READ = "201";

  /** One call; both sides as they went over the wire. */
  private record Transcript(
      String name, String xmlRequest, String xmlResponse, JsonNode args, JsonNode answer) {
    boolean isRead() {
      return name.compareTo(FIRST_READ) >= 0;
    }

    boolean isCall() {
      return xmlRequest.contains("<methodName>execute_kw</methodName>");
    }
  }

  private static List<Transcript> transcripts() throws IOException {
    List<Transcript> all = new ArrayList<>();
    try (InputStream file =
            Objects.requireNonNull(
                RecordedXmlRpcTest.class.getResourceAsStream("xmlrpc-transcripts.ndjson.gz"));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = JSON.readTree(line);
        all.add(
            new Transcript(
                node.path("name").asString(),
                node.path("xml_request").asString(),
                node.path("xml_response").asString(),
                JSON.readTree(node.path("json_request").asString()).path("params").path("args"),
                JSON.readTree(node.path("json_response").asString())));
      }
    }
    return all;
  }

  private static XmlRpcCodec.Reply reply(Transcript transcript) {
    return XmlRpcCodec.reply(transcript.xmlResponse().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readingCallsGiveWhatJsonRpcGave() throws IOException {
    int compared = 0;
    for (Transcript transcript : transcripts()) {
      if (transcript.isRead() && transcript.answer().has("result")) {
        JsonNode value = reply(transcript).value();
        assertThat(value).as(transcript.name()).isNotNull();
        assertThat(normal(Objects.requireNonNull(value)))
            .as(transcript.name())
            .isEqualTo(normal(transcript.answer().path("result")));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(80);
  }

  @Test
  void requestsSpellTheirArgumentsAsTheRecordedOnesDid() throws IOException {
    int compared = 0;
    for (Transcript transcript : transcripts()) {
      if (transcript.isRead() && transcript.isCall()) {
        List<?> args = JSON.convertValue(transcript.args(), List.class);
        JsonNode ours = XmlRpcCodec.parseCall(XmlRpcCodec.call("execute_kw", args)).params();
        JsonNode theirs = XmlRpcCodec.parseCall(transcript.xmlRequest()).params();
        assertThat(normal(ours)).as(transcript.name()).isEqualTo(normal(theirs));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(80);
  }

  /** XML-RPC knows one fault for what JSON-RPC tells apart; it must never take one for another. */
  @Test
  void faultsMeanWhatJsonRpcSaysOfTheSameCall() throws IOException {
    int compared = 0;
    for (Transcript transcript : transcripts()) {
      JsonNode error = transcript.answer().path("error");
      XmlRpcCodec.@Nullable Reply reply = readable(transcript);
      if (error.isMissingNode() || reply == null || reply.value() != null) {
        continue;
      }
      ErrorCode expected = OdooErrors.of(error, "call").code();
      ErrorCode said = OdooErrors.of(XmlRpcApi.error(reply), "call").code();
      if (reply.faultCode() != 2) {
        assertThat(said).as(transcript.name()).isEqualTo(expected);
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(20);
  }

  /** Record 073 holds U+FFFE, which makes Odoo's answer no XML. */
  private static XmlRpcCodec.@Nullable Reply readable(Transcript transcript) {
    try {
      return reply(transcript);
    } catch (IllegalArgumentException e) {
      assertThat(transcript.name()).startsWith("073");
      return null;
    }
  }

  /** The whole client, against the recorded bytes. */
  @Test
  void theClientReadsARecordedServer() throws IOException {
    List<Transcript> all = transcripts();
    AtomicReference<String> answer = new AtomicReference<>("");
    AtomicReference<String> asked = new AtomicReference<>("");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = text(answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    try (XmlRpcApi api =
        new XmlRpcApi(settings(server.getAddress().getPort()), () -> "admin", new Cancellation())) {
      answer.set(named(all, "007-version").xmlResponse());
      assertThat(api.version()).isEqualTo("18.0");
      answer.set(named(all, "009-authenticate-ok").xmlResponse());
      assertThat(api.userId()).isEqualTo(2);
      for (Transcript transcript : all) {
        boolean isSendable = transcript.args().path(6).isObject();
        if (!transcript.isRead() || !transcript.isCall() || !isSendable) {
          continue;
        }
        answer.set(transcript.xmlResponse());
        call(api, transcript);
        assertThat(normal(XmlRpcCodec.parseCall(text(asked)).params().path(5)))
            .as(transcript.name())
            .isEqualTo(normal(transcript.args().path(5)));
      }
    } finally {
      server.stop(0);
    }
  }

  private static void call(XmlRpcApi api, Transcript transcript) {
    JsonNode args = transcript.args();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    args.path(6)
        .properties()
        .forEach(
            entry -> kwargs.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class)));
    JsonNode error = transcript.answer().path("error");
    try {
      JsonNode value =
          api.call(
              args.path(3).asString(),
              args.path(4).asString(),
              JSON.convertValue(args.path(5), List.class),
              kwargs);
      assertThat(error.isMissingNode()).as(transcript.name()).isTrue();
      assertThat(normal(value))
          .as(transcript.name())
          .isEqualTo(normal(transcript.answer().path("result")));
    } catch (IpaiException refused) {
      assertThat(error.isMissingNode()).as(transcript.name() + " " + refused).isFalse();
    }
  }

  private static String text(AtomicReference<String> reference) {
    return Objects.requireNonNull(reference.get());
  }

  private static Transcript named(List<Transcript> all, String name) {
    return all.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static OdooSettings settings(int port) {
    return OdooSettings.of(
        Settings.of(
            "test",
            Map.of(
                "url",
                "http://127.0.0.1:" + port,
                "database",
                "odoo18",
                "login",
                "admin",
                "secret",
                "secret://x",
                "private_addresses",
                true)));
  }

  /** 10 and 10.0 are one number, and XML-RPC drops control characters on the way. */
  private static @Nullable Object normal(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new TreeMap<>();
      node.properties().forEach(entry -> map.put(entry.getKey(), normal(entry.getValue())));
      return map;
    }
    if (node.isArray()) {
      return node.valueStream().map(RecordedXmlRpcTest::normal).toList();
    }
    if (node.isNumber()) {
      BigDecimal number = node.decimalValue();
      return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }
    if (node.isString()) {
      return node.stringValue()
          .replace("\r\n", "\n")
          .replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "");
    }
    return node.isNull() ? null : (Object) node.booleanValue();
  }
}
