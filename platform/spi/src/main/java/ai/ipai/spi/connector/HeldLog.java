package ai.ipai.spi.connector;

/**
 * What a source keeps of its log for a connector.
 *
 * @param name by which the source knows it, such as of a replication slot
 * @param isActive whether it is being read right now
 * @param isLost whether the source has given it up
 * @param heldBytes that the source keeps because of it
 * @param mostBytes that it may keep, as the connector's settings say
 * @param lagBytes that were not read, or not stored by all streams
 */
public record HeldLog(
    String name, boolean isActive, boolean isLost, long heldBytes, long mostBytes, long lagBytes) {}
