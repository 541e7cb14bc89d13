package ai.ipai.spi.connector;

/**
 * How a connector describes itself to people, editors and the plan.
 *
 * @param type the word in {@code type:} of a connector file
 * @param title for people
 * @param connectionSchema JSON Schema of the {@code connection} mapping
 * @param streamSchema JSON Schema of the connector's own keys of one entry of {@code streams}
 * @param network whether it reaches other machines, so that the address guard applies
 */
public record ConnectorSpec(
    String type, String title, String connectionSchema, String streamSchema, boolean network) {}
