package ai.ipai.server.cli;

import java.util.function.Function;

/**
 * One command. Its class is loaded only when the word is used, so that a start does not pay for the
 * others.
 *
 * @param summary one line for the list
 * @param command an object annotated for picocli, or a specification made of one
 */
public record Word(String name, String summary, Function<Terminal, Object> command) {}
