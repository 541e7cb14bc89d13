package ai.ipai.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Gives a cluster that was put in place from outside, by a restore, to the user who will run it.
 */
public final class ClusterOwnership {
  /** In a cluster that is restored and has not replayed its log yet; PostgreSQL's name. */
  public static final String RECOVERY = "recovery.signal";

  private ClusterOwnership() {}

  /**
   * Makes every file below the folder the server's.
   *
   * @param config where the cluster will be; it is not there yet
   * @param restored the folder that is going to be moved there
   */
  public static void adopt(EmbeddedConfig config, Path restored) throws IOException {
    ServerUser user = ServerUser.choose(config.clusterDir(), config.binariesDir());
    try (Stream<Path> files = Files.walk(restored)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        user.own(file);
      }
    }
  }

  /** Where a server keeps its cluster below the platform's data folder. */
  public static Path clusterDir(Path dataDir) {
    return EmbeddedConfig.of(dataDir, 0).clusterDir();
  }
}
