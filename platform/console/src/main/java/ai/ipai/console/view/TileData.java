package ai.ipai.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a tile: one row for each combination of its dimensions.
 *
 * @param dimensions come first in each row, then the measures
 * @param rows cells; null where there is no figure
 */
public record TileData(
    TileView tile,
    List<Field> dimensions,
    List<Field> measures,
    List<List<@Nullable Object>> rows) {
  /**
   * A column of the figures.
   *
   * @param type of a dimension {@code time}, {@code category}, {@code number}, {@code boolean}; of
   *     a measure its format: {@code number}, {@code money}, {@code percent}, {@code duration}
   */
  public record Field(String name, String title, String type) {}

  public TileData {
    dimensions = List.copyOf(dimensions);
    measures = List.copyOf(measures);
    rows = List.copyOf(rows);
  }
}
