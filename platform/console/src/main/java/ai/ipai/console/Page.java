package ai.ipai.console;

/**
 * A rendered page.
 *
 * @param status of HTTP
 */
public record Page(int status, String html) {}
