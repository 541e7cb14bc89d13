package ai.ipai.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a server does not start, in its own words. */
final class ServerLog {
  private ServerLog() {}

  static Path folder(Cluster cluster) {
    return cluster.dir().resolve("log");
  }

  /** The last fatal line. */
  static String reason(Cluster cluster) {
    List<String> lines = new ArrayList<>();
    newest(folder(cluster)).ifPresent(file -> lines.addAll(fatal(file)));
    lines.addAll(fatal(cluster.startLog()));
    return lines.isEmpty() ? "it gave no reason." : lines.getLast();
  }

  private static List<String> fatal(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.matches(".*(FATAL|PANIC|setpriv|unshare|cannot execute).*"))
          .map(line -> line.replaceFirst("^.*?(FATAL|PANIC): +", ""))
          .toList();
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      return List.of();
    }
  }

  private static Optional<Path> newest(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.max(Comparator.comparingLong(ServerLog::modified));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException gone) {
      return 0;
    }
  }
}
