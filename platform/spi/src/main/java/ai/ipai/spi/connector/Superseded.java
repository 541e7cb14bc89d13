package ai.ipai.spi.connector;

/**
 * All rows loaded before this batch with {@code column = value} are out of date, as those of an
 * earlier version of a file.
 */
public record Superseded(String column, String value) implements Removal {}
