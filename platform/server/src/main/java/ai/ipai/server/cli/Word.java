package ai.ipai.server.cli;

import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * One command. Its class is loaded only when the word is used, so that a start does not pay for the
 * others.
 *
 * @param summary one line for the list
 * @param command an object annotated for picocli
 */
public record Word(String name, String summary, Function<Terminal, Callable<Integer>> command) {}
