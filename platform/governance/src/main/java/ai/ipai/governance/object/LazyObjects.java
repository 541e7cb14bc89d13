package ai.ipai.governance.object;

import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a store when it is first needed, and anew after a refusal: the secret may not be granted
 * yet, or was rotated.
 */
public final class LazyObjects implements ObjectStore {
  private final String place;
  private final Supplier<ObjectStore> opening;
  private @Nullable ObjectStore store;

  /**
   * A store to come.
   *
   * @param place as {@link ObjectStore#place}
   */
  public LazyObjects(String place, Supplier<ObjectStore> opening) {
    this.place = place;
    this.opening = opening;
  }

  private synchronized ObjectStore store() {
    ObjectStore opened = store == null ? opening.get() : store;
    store = opened;
    return opened;
  }

  private <T> T with(Function<ObjectStore, T> work) {
    try {
      return work.apply(store());
    } catch (IpaiException failed) {
      if (failed.code().equals(ObjectErrors.REFUSED)) {
        close();
      }
      throw failed;
    }
  }

  @Override
  public boolean putNew(String name, byte[] content) {
    return with(opened -> opened.putNew(name, content));
  }

  @Override
  public Optional<byte[]> get(String name) {
    return with(opened -> opened.get(name));
  }

  @Override
  public List<String> list(String folder) {
    return with(opened -> opened.list(folder));
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public synchronized void close() {
    ObjectStore opened = store;
    store = null;
    if (opened != null) {
      opened.close();
    }
  }
}
