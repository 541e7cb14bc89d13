package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** What a body has to be. */
sealed interface BodyMatch {
  boolean matches(byte[] body);

  String expected();

  /** Any. */
  record Anything() implements BodyMatch {
    @Override
    public boolean matches(byte[] body) {
      return true;
    }

    @Override
    public String expected() {
      return "any body";
    }
  }

  /**
   * The same JSON value; white space, the order of names and how numbers are written do not count.
   */
  record SameJson(JsonNode node) implements BodyMatch {
    @Override
    public boolean matches(byte[] body) {
      JsonNode got = JsonText.parse(body);
      return got != null && JsonText.equal(node, got);
    }

    @Override
    public String expected() {
      return JsonText.write(node);
    }
  }

  /** Byte for byte. */
  @SuppressWarnings("ArrayRecordComponent")
  record SameBytes(byte[] bytes) implements BodyMatch {
    @Override
    public boolean matches(byte[] body) {
      return Arrays.equals(bytes, body);
    }

    @Override
    public String expected() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
