package ai.ipai.gateway.rest.request;

/**
 * One step into a JSON value.
 *
 * @param asText {@code ->>} instead of {@code ->}
 * @param operand a key, or a signed index
 */
public record JsonStep(boolean asText, String operand, boolean isIndex) {}
