package ai.ipai.spi.connector;

/**
 * What this reading gave before this batch with {@code column = value} is to be forgotten, as if it
 * had never been given: a file turned out to be broken, or its columns to need other types. Only
 * where {@link Landing#withdrawable} allows it.
 *
 * @param everything whether this reading has given nothing else
 */
public record Withdrawn(String column, String value, boolean everything) implements Removal {}
