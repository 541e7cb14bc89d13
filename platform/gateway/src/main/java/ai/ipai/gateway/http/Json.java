package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON of requests and answers. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** A body of a request as a JSON object, or {@code GW-006}. */
  public static JsonNode object(byte[] body) {
    try {
      JsonNode value = MAPPER.readTree(body);
      if (value != null && value.isObject()) {
        return value;
      }
    } catch (JacksonException e) {
      throw new IpaiException(GatewayErrors.BODY_INVALID, "the body is not JSON", e);
    }
    throw new IpaiException(GatewayErrors.BODY_INVALID, "the body is not a JSON object");
  }

  /** JSON that we or the database wrote. */
  public static JsonNode read(String text) {
    return MAPPER.readTree(text);
  }
}
