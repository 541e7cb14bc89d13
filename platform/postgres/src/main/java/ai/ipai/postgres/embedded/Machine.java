package ai.ipai.postgres.embedded;

import java.lang.management.ManagementFactory;

/**
 * What the server may count on. In a container the limits of the container.
 *
 * @param memoryBytes of the machine, not free
 */
record Machine(long memoryBytes, int processors) {
  static Machine local() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(system.getTotalMemorySize(), Runtime.getRuntime().availableProcessors());
  }
}
