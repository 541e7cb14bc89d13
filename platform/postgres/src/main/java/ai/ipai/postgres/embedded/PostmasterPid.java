package ai.ipai.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}: line 1 the process, line 4 the port, line 8 the state ("ready", padded).
 * Source: PostgreSQL, {@code src/include/utils/pidfile.h}.
 */
record PostmasterPid(long pid, int port, String state) {
  static final String FILE = "postmaster.pid";

  /** Empty where there is none, or where the server has only begun to write it. */
  static Optional<PostmasterPid> read(Path clusterDir) {
    try {
      List<String> lines = Files.readAllLines(clusterDir.resolve(FILE));
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      // Standalone backends write their pid negative.
      long pid = Math.abs(Long.parseLong(lines.get(0).strip()));
      int port = lines.size() > 3 ? Integer.parseInt(lines.get(3).strip()) : 0;
      return Optional.of(
          new PostmasterPid(pid, port, lines.size() > 7 ? lines.get(7).strip() : ""));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException | NumberFormatException halfWritten) {
      return Optional.empty();
    }
  }

  boolean isReady() {
    return state.equals("ready");
  }

  /**
   * Whether that process lives and is a PostgreSQL of this folder, and not another one that was
   * given the same number since.
   */
  boolean isServerOf(Path clusterDir) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    try {
      Path workingDir = Path.of("/proc/" + pid + "/cwd");
      if (Files.exists(Path.of("/proc/self/cwd"))) {
        return Files.isSameFile(workingDir, clusterDir);
      }
    } catch (IOException notOurs) {
      return false;
    }
    return process.get().info().commandLine().orElse("").contains(clusterDir.toString());
  }
}
