package ai.ipai.spi.connector;

/**
 * A place in a stream. Opaque to all but the connector that made it, which must understand those of
 * its earlier versions.
 *
 * @param json a JSON object, small (at most some kilobytes), without secrets and row values
 */
public record Cursor(String json) {}
