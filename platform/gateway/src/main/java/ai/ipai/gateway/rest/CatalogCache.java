package ai.ipai.gateway.rest;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
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
    /** Callers whose view is kept; working one out takes a query. */
    private static final int KEPT = 512;

    private final View whole;
    private final Visibility visibility;
    private final Map<String, View> views =
        Collections.synchronizedMap(
            new LinkedHashMap<>(KEPT, 0.75f, true) {
              @Override
              protected boolean removeEldestEntry(Map.Entry<String, View> eldest) {
                return size() > KEPT;
              }
            });

    public Snapshot(Catalog catalog, RestSettings settings) {
      this(catalog, settings, Visibility.OF_ROLE);
    }

    public Snapshot(Catalog catalog, RestSettings settings, Visibility visibility) {
      this.whole = new View(catalog, settings);
      this.visibility = visibility;
    }

    public Catalog catalog() {
      return whole.catalog();
    }

    public RestSettings settings() {
      return whole.settings();
    }

    /** As the caller may know it: worked out once for each role and claims. */
    View view(RestCaller caller) throws SQLException {
      if (!settings().hidesForbidden()) {
        return whole;
      }
      String key = caller.role() + ' ' + caller.claims();
      View known = views.get(key);
      if (known == null) {
        known = visible(caller.role(), visibility.of(caller));
        views.put(key, known);
      }
      return known;
    }

    /** Of the schemas beside the default, those of which the role sees something. */
    private View visible(String role, Predicate<QualifiedName> open) {
      Catalog visible = catalog().visibleTo(role, open);
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
