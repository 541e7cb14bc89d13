package ai.ipai.spi.connector;

/**
 * A JSON value as text.
 *
 * @param json well-formed, of any kind
 */
public record JsonText(String json) {}
