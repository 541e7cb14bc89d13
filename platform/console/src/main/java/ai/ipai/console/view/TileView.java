package ai.ipai.console.view;

/**
 * A tile as declared.
 *
 * @param chart {@code number}, {@code line}, {@code bar}, {@code stacked_bar}, {@code area}, {@code
 *     pie}, {@code table}, {@code waterfall}
 * @param width {@code third}, {@code half}, {@code two_thirds}, {@code full}
 */
public record TileView(String title, String chart, String width, String description) {}
