package ai.ipai.testing.disk;

import ai.ipai.postgres.disk.DiskGuard;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A disk of 1000 MB, filled by telling it so. Safe for threads. */
public final class FakeDisk extends FileStore {
  private static final long MB = 1L << 20;
  private static final long SIZE = 1000 * MB;

  private volatile int percent;

  /** Filled to so many percent. */
  public void fill(int usedPercent) {
    percent = usedPercent;
  }

  /** A guard of this disk that pauses at 90 % and looks every few milliseconds. */
  public DiskGuard guard() {
    return new DiskGuard(
        Map.of("data", Path.of("/")),
        new DiskGuard.Config(0.90, 0.89, Duration.ofMillis(5)),
        path -> this);
  }

  @Override
  public long getTotalSpace() {
    return SIZE;
  }

  @Override
  public long getUsableSpace() {
    return getUnallocatedSpace();
  }

  @Override
  public long getUnallocatedSpace() {
    return SIZE * (100 - percent) / 100;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String type() {
    return "fake";
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return false;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return false;
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    throw new UnsupportedOperationException(attribute);
  }
}
