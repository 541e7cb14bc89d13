package ai.ipai.server.bench;

import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of everything that takes part: this process, what it started and waited for, and
 * PostgreSQL with its background. What a busy machine adds to the wall clock it does not add here.
 * From Linux' {@code /proc}; elsewhere always 0.
 */
final class ProcessorTime {
  private static final Path PROC = Path.of("/proc");
  private static final double TICKS_PER_SECOND = 100;
  private static final int PARENT = 1;
  private static final int OWN = 11;
  private static final int CHILDREN = 13;

  private final String postmaster;

  private ProcessorTime(String postmaster) {
    this.postmaster = postmaster;
  }

  static ProcessorTime of(Installation installation) throws SQLException {
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      List<String> backend = stat(PROC.resolve(row.getString(1)));
      return new ProcessorTime(backend.isEmpty() ? "" : backend.get(PARENT));
    }
  }

  /** Up to now. */
  double seconds() throws IOException {
    double ticks = sum(PROC.resolve("self"), OWN) + sum(PROC.resolve("self"), CHILDREN);
    if (!postmaster.isEmpty()) {
      ticks += sum(PROC.resolve(postmaster), OWN) + sum(PROC.resolve(postmaster), CHILDREN);
      try (Stream<Path> processes = Files.list(PROC)) {
        for (Path process : processes.filter(p -> isNumber(p.getFileName().toString())).toList()) {
          List<String> fields = stat(process);
          if (!fields.isEmpty() && fields.get(PARENT).equals(postmaster)) {
            ticks += sum(fields, OWN);
          }
        }
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static double sum(Path process, int first) {
    List<String> fields = stat(process);
    return fields.isEmpty() ? 0 : sum(fields, first);
  }

  private static double sum(List<String> fields, int first) {
    return Double.parseDouble(fields.get(first)) + Double.parseDouble(fields.get(first + 1));
  }

  /** Fields after the name, from the state on; empty if there is no such process. */
  private static List<String> stat(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
