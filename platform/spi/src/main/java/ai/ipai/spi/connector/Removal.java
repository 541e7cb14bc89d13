package ai.ipai.spi.connector;

/** What a batch tells about rows that were loaded before and are gone. */
public sealed interface Removal permits KeySweep, KeysGone, Superseded, Emptied, Withdrawn {}
