package ai.ipai.gateway.rest;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.setting.RestSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot of the catalog that requests begin with. A reload reads a new one and puts it in
 * place when it is whole; nobody waits for it.
 */
public final class CatalogCache {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogCache.class);

  private final Loader loader;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable Snapshot current;

  /** A catalog and the settings that go with it. */
  public record View(Catalog catalog, RestSettings settings) {}

  /** The catalog, and the settings with the schemas that it was read for. */
  public static final class Snapshot {
    private final View whole;
    private final Map<String, View> views = new ConcurrentHashMap<>();

    public Snapshot(Catalog catalog, RestSettings settings) {
      this.whole = new View(catalog, settings);
    }

    public Catalog catalog() {
      return whole.catalog();
    }

    public RestSettings settings() {
      return whole.settings();
    }

    /** As the role may know it: worked out once for each role, of which there are few. */
    View view(String role) {
      return settings().hidesForbidden() ? views.computeIfAbsent(role, this::visible) : whole;
    }

    /** Of the schemas beside the default, those of which the role sees something. */
    private View visible(String role) {
      Catalog visible = catalog().visibleTo(role);
      Set<String> seen = new HashSet<>();
      seen.add(settings().schemas().getFirst());
      visible.tables().keySet().forEach(name -> seen.add(name.schema()));
      visible.routines().keySet().forEach(name -> seen.add(name.schema()));
      List<String> schemas = settings().schemas().stream().filter(seen::contains).toList();
      return new View(visible, settings().withSchemas(schemas));
    }
  }

  /** Reads a snapshot. */
  @FunctionalInterface
  public interface Loader {
    Snapshot load() throws Exception;
  }

  public CatalogCache(Loader loader) {
    this.loader = loader;
  }

  /** The newest one; the first is read by whoever comes first. */
  public Snapshot get() throws Exception {
    Snapshot present = current;
    return present != null ? present : first();
  }

  private Snapshot first() throws Exception {
    loading.lock();
    try {
      Snapshot present = current;
      if (present == null) {
        present = loader.load();
        current = present;
      }
      return present;
    } finally {
      loading.unlock();
    }
  }

  /** Reads a new one where one was read before; else whoever comes first will. */
  public void refresh() {
    if (current != null) {
      reload();
    }
  }

  /** Reads a new one; if that fails, the old one stays. */
  public void reload() {
    loading.lock();
    try {
      current = loader.load();
      LOG.info("the REST catalog was read again");
    } catch (Exception e) {
      LOG.warn("the REST catalog cannot be read; the old one stays", e);
    } finally {
      loading.unlock();
    }
  }
}
