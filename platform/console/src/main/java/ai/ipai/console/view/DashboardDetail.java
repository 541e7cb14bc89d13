package ai.ipai.console.view;

import java.util.List;

/** A dashboard and its tiles, in order. */
public record DashboardDetail(String name, String title, String description, List<TileView> tiles) {
  public DashboardDetail {
    tiles = List.copyOf(tiles);
  }
}
