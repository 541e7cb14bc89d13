package ai.ipai.pipelines.project;

import ai.ipai.pipelines.jinja.Place;
import java.util.List;

/**
 * Who uses models outside the project: a dashboard, an application.
 *
 * @param reads by unique id
 */
public record Exposure(
    String packageName,
    String name,
    String type,
    Place place,
    String description,
    List<String> reads) {
  public Exposure {
    reads = List.copyOf(reads);
  }

  public String uniqueId() {
    return "exposure." + packageName + "." + name;
  }
}
