package ai.ipai.spi.connector;

/** The source says that its table was emptied at once: all rows loaded before are gone. */
public record Emptied() implements Removal {}
