package ai.ipai.console.view;

/**
 * A layer in numbers.
 *
 * @param name {@code bronze}, {@code silver}, {@code gold}, {@code platinum}
 * @param rows of all its tables, as far as the visitor sees them
 * @param isCapped whether a table had more rows than are counted
 */
public record LayerSummary(String name, int tables, long rows, boolean isCapped) {}
