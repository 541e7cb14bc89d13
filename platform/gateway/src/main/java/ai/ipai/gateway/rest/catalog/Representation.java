package ai.ipai.gateway.rest.catalog;

/**
 * A cast from or to a domain, which changes how its values look.
 *
 * @param function as the catalog quotes it
 */
public record Representation(String source, String target, String function) {}
