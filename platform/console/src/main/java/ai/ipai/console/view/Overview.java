package ai.ipai.console.view;

import java.util.List;

/**
 * The first page.
 *
 * @param passed tests and expectations whose latest result is good
 * @param failed those whose latest result is not
 */
public record Overview(
    List<LayerSummary> layers,
    List<RunView> lastRuns,
    int passed,
    int warned,
    int failed,
    long quarantined) {
  public Overview {
    layers = List.copyOf(layers);
    lastRuns = List.copyOf(lastRuns);
  }

  /** How many tests and expectations have a result that the visitor may see. */
  public int tested() {
    return passed + warned + failed;
  }
}
