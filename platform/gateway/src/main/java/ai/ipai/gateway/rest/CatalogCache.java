package ai.ipai.gateway.rest;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.setting.RestSettings;
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

  /** The catalog, and the settings with the schemas that it was read for. */
  public record Snapshot(Catalog catalog, RestSettings settings) {}

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
