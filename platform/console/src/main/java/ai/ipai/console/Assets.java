package ai.ipai.console;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The files of the console, each loaded when it is first asked for. */
public final class Assets {
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private record Source(String name, String contentType, String resource) {}

  private static final List<Source> SOURCES =
      List.of(
          new Source("console.css", "text/css; charset=utf-8", "/ai/ipai/console/console.css"),
          new Source("console.js", SCRIPT, "/ai/ipai/console/console.js"),
          new Source("icon.svg", "image/svg+xml", "/ai/ipai/console/icon.svg"),
          new Source(
              "htmx.js", SCRIPT, "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js"),
          new Source(
              "echarts.js",
              SCRIPT,
              "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.common.min.js"));

  private final ConcurrentHashMap<String, Asset> loaded = new ConcurrentHashMap<>();

  /** By name, for pages. */
  public Asset get(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no asset " + name));
  }

  /** By what stands in the address; the version must be the current one. */
  public Optional<Asset> find(String version, String name) {
    return find(name)
        .filter(asset -> asset.path().equals("/console/assets/" + version + "/" + name));
  }

  private Optional<Asset> find(String name) {
    return SOURCES.stream()
        .filter(source -> source.name.equals(name))
        .findFirst()
        .map(
            source ->
                loaded.computeIfAbsent(
                    name, n -> Asset.load(n, source.contentType, source.resource)));
  }
}
