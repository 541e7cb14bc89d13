package ai.ipai.server.health;

import java.util.function.Supplier;

/**
 * One thing that must be well for the platform to serve.
 *
 * @param name such as {@code database}
 * @param probe quick (a second at most); its text is empty when well, else says what is wrong
 */
public record Check(String name, Supplier<String> probe) {}
