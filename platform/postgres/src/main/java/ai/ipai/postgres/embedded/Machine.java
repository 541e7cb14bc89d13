package ai.ipai.postgres.embedded;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the server may count on. In a container the limits of the container.
 *
 * @param memoryBytes of the machine, not free
 * @param diskBytes of the file system of the data folder, used and free
 */
record Machine(long memoryBytes, int processors, long diskBytes) {
  /** With the disk of an existing folder; one that cannot be looked at counts as large. */
  static Machine local(Path folder) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        system.getTotalMemorySize(), Runtime.getRuntime().availableProcessors(), diskBytes(folder));
  }

  private static long diskBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getTotalSpace();
    } catch (IOException unreadable) {
      return Long.MAX_VALUE;
    }
  }
}
