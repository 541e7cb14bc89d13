package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.JsonText;
import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the specs' own helper module does with libraries that are not here: tokens, plans, timings,
 * files. The other helpers are read from that module.
 */
final class HelperLibrary {
  /** In place of what the helper module defines under these names. */
  static final Set<String> OWN =
      Set.of(
          "generateSecret",
          "generateJWT",
          "generateJWTWithSecret",
          "isErrorFormat",
          "planCost",
          "getInsertDataForTiobePlsTable",
          "readFixtureFile",
          "relativeSeconds",
          "matchServerTimingHasTiming",
          "parseServerTimingHeader",
          "validateOpenApiResponse");

  private static final String SECRET = "reallyreallyreallyreallyverysafe";
  private static final Set<String> ERROR_KEYS = Set.of("message", "details", "hint", "code");
  private static final Pattern TIMING = Pattern.compile("([a-z]+);dur=([0-9]+.[0-9]+)");
  private static final BigDecimal UNKNOWN_COST = BigDecimal.valueOf(1_000_000_000L);

  private final Path fixtures;
  private final Library library;

  private HelperLibrary(Path fixtures, Library library) {
    this.fixtures = fixtures;
    this.library = library;
  }

  static void define(Library library, SpecFolder folder) {
    HelperLibrary helper = new HelperLibrary(folder.fixtures(), library);
    library.binary(
        "QualifiedIdentifier",
        (schema, name) -> new Value.Constructed("QualifiedIdentifier", List.of(schema, name)));
    library.value("prettyVersion", Value.of(folder.prettyVersion()));
    library.value("docsVersion", Value.of(folder.docsVersion()));
    for (int version = 96; version < 300; version++) {
      library.value("pgVersion" + version, Value.of(version * 1000L));
    }
    helper.tokens();
    helper.bodies();
    helper.timings();
  }

  private void tokens() {
    library.value("generateSecret", Value.of(SECRET));
    library.unary("generateJWT", claims -> token(claims, Value.of(SECRET)));
    library.binary("generateJWTWithSecret", HelperLibrary::token);
    library.unary(
        "relativeSeconds",
        seconds ->
            (Value.Action)
                context -> Value.of(System.currentTimeMillis() / 1000 + Values.number(seconds)));
  }

  private static Value token(Value claims, Value secret) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String head = "{\"alg\":\"HS256\"}";
    String signed =
        encoder.encodeToString(head.getBytes(StandardCharsets.UTF_8))
            + "."
            + encoder.encodeToString(Values.bytes(claims));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Values.bytes(secret), "HmacSHA256"));
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return Value.of(signed + "." + encoder.encodeToString(signature));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void bodies() {
    library.unary("readFixtureFile", name -> file(Values.text(name)));
    library.unary(
        "planCost",
        response -> {
          JsonNode plan = JsonText.parse(body(response));
          JsonNode cost = new JsonPath(List.of(0, "Plan", "Total Cost")).find(plan);
          return new Value.Numeral(
              cost != null && cost.isNumber() ? cost.decimalValue() : UNKNOWN_COST);
        });
    library.unary(
        "isErrorFormat",
        text -> {
          JsonNode error = JsonText.parse(Values.bytes(text));
          return Value.of(
              error != null
                  && error.has("message")
                  && ERROR_KEYS.containsAll(error.propertyNames()));
        });
    library.unary(
        "getInsertDataForTiobePlsTable",
        rows -> {
          ArrayNode all = JsonNodeFactory.instance.arrayNode();
          long most = Values.number(rows) + 20;
          for (long i = 20; i <= most; i++) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            row.put("name", "Lang " + i);
            row.put("rank", i);
            all.add(row);
          }
          return new Value.Bytes(JsonText.write(all));
        });
    library.unary("validateOpenApiResponse", this::validate);
  }

  private static byte[] body(Value response) {
    if (Value.of(response) instanceof Value.Fields made) {
      return Values.bytes(Values.field(made, "simpleBody"));
    }
    throw new Unreadable("not a response: " + Values.show(response));
  }

  private Value.Bytes file(String name) {
    try {
      return new Value.Bytes(Files.readAllBytes(fixtures.resolve(name)));
    } catch (IOException failed) {
      throw new UncheckedIOException("no fixture " + name, failed);
    }
  }

  /**
   * The server's description, checked by a function in the database against OpenAPI's own schema.
   */
  private Value validate(Value headers) {
    return Library.session(
        session -> {
          Response described =
              SpecLibrary.exchange(session, Value.of("GET"), Value.of("/"), headers, Value.EMPTY);
          String type = WireClient.header(described.headers(), "content-type").orElse("");
          JsonNode data = JsonText.parse(described.body());
          boolean isDescription =
              described.status() == 200 && type.equals("application/openapi+json; charset=utf-8");
          if (!isDescription || data == null) {
            throw new Mismatch("the root answers no OpenAPI", "200 application/openapi+json");
          }
          ObjectNode arguments = JsonNodeFactory.instance.objectNode();
          arguments.set("data", data);
          arguments.set("schema", JsonText.parse(file("openapi.json").content()));
          Response checked =
              session.exchange(
                  new Request(
                      "POST",
                      "/rpc/validate_json_schema",
                      List.of(new Header("Accept", "application/json")),
                      JsonText.write(arguments).getBytes(StandardCharsets.UTF_8)));
          Expectation.check(Value.of("true"), checked);
          return Value.UNIT;
        });
  }

  private void timings() {
    library.unary(
        "matchServerTimingHasTiming",
        metric -> {
          Pattern wanted = Pattern.compile(Values.text(metric) + ";dur=[0-9]+.[0-9]+");
          return new Value.Opaque(
              new Expectation.HeaderMatch(
                  "Server-Timing: " + wanted,
                  headers ->
                      WireClient.header(headers, "server-timing")
                          .filter(timing -> wanted.matcher(timing).find())
                          .isPresent()));
        });
    library.unary("parseServerTimingHeader", headers -> new Value.Sequence(parts(headers)));
  }

  private static List<Value> parts(Value headers) {
    List<Value> timings = new ArrayList<>();
    String text = "";
    for (Value header : Values.items(headers)) {
      List<Value> pair = Values.pair(header);
      if (text.isEmpty() && Values.areEqual(pair.getFirst(), Value.of("Server-Timing"))) {
        text = Values.text(pair.getLast());
      }
    }
    Matcher part = TIMING.matcher(text);
    while (part.find()) {
      timings.add(
          new Value.Tuple(
              List.of(Value.of(part.group(1)), new Value.Numeral(new BigDecimal(part.group(2))))));
    }
    return timings;
  }
}
