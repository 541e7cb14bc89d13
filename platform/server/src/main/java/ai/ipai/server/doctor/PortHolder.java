package ai.ipai.server.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Who listens on a port of this machine, where the system tells: on Linux, of one's own user. */
final class PortHolder {
  private static final String LISTEN = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private PortHolder() {}

  /** Such as {@code postgres, process 4711}. */
  static Optional<String> find(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      sockets.addAll(sockets(Path.of(table), port));
    }
    return sockets.isEmpty()
        ? Optional.empty()
        : ProcessHandle.allProcesses()
            .filter(process -> holds(process.pid(), sockets))
            .findFirst()
            .map(PortHolder::named);
  }

  private static List<String> sockets(Path table, int port) {
    String hex = String.format(Locale.ROOT, ":%04X", port);
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .skip(1)
          .map(line -> line.strip().split("\\s+", -1))
          .filter(cell -> cell.length > INODE)
          .filter(cell -> cell[LOCAL_ADDRESS].endsWith(hex) && cell[STATE].equals(LISTEN))
          .map(cell -> "socket:[" + cell[INODE] + "]")
          .toList();
    } catch (IOException | UncheckedIOException notLinux) {
      return List.of();
    }
  }

  private static boolean holds(long pid, Set<String> sockets) {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return open.anyMatch(file -> isOneOf(file, sockets));
    } catch (IOException | UncheckedIOException notOurs) {
      return false;
    }
  }

  private static boolean isOneOf(Path file, Set<String> sockets) {
    try {
      return sockets.contains(Files.readSymbolicLink(file).toString());
    } catch (IOException closed) {
      return false;
    }
  }

  private static String named(ProcessHandle process) {
    String name =
        process
            .info()
            .command()
            .map(command -> Path.of(command).getFileName().toString())
            .orElse("a program");
    return name + ", process " + process.pid();
  }
}
