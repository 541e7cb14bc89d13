package ai.ipai.postgres.embedded;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * As whom PostgreSQL runs, since it refuses root: as ourselves; or, where we are root, as the user
 * who owns the cluster, {@code nobody} at first; or, where such a user could not reach the folder
 * (below {@code /root}), in a user namespace in which root's files are ours but root's power is
 * not.
 */
sealed interface ServerUser {

  /** The command that runs a program as this user, replacing itself with it. */
  List<String> command(List<String> program);

  /**
   * As {@link #command}; the program also stops when the thread that started it is gone, and has a
   * session of its own, so that Ctrl-C reaches only us and we stop it in order.
   */
  List<String> supervised(List<String> program);

  /** Makes a file or folder this user's. */
  void own(Path path) throws IOException;

  /** As we are. */
  record Same(boolean canSupervise) implements ServerUser {
    @Override
    public List<String> command(List<String> program) {
      return program;
    }

    @Override
    public List<String> supervised(List<String> program) {
      return canSupervise
          ? prefixed(List.of("setsid", "setpriv", "--pdeathsig", "INT"), program)
          : program;
    }

    @Override
    public void own(Path path) {
      // It is ours already.
    }
  }

  /** As another user, by numbers. */
  record Other(int uid, int gid) implements ServerUser {
    @Override
    public List<String> command(List<String> program) {
      return prefixed(List.of("setpriv", reuid(), regid(), "--clear-groups"), program);
    }

    @Override
    public List<String> supervised(List<String> program) {
      return prefixed(
          List.of("setsid", "setpriv", reuid(), regid(), "--clear-groups", "--pdeathsig", "INT"),
          program);
    }

    @Override
    public void own(Path path) throws IOException {
      Files.setAttribute(path, "unix:gid", gid);
      Files.setAttribute(path, "unix:uid", uid);
    }

    private String reuid() {
      return "--reuid=" + uid;
    }

    private String regid() {
      return "--regid=" + gid;
    }
  }

  /** In a user namespace without mapping: every user, we included, looks like nobody inside. */
  record Unmapped(boolean canSupervise) implements ServerUser {
    @Override
    public List<String> command(List<String> program) {
      return prefixed(List.of("unshare", "--user"), program);
    }

    @Override
    public List<String> supervised(List<String> program) {
      return command(
          canSupervise
              ? prefixed(List.of("setsid", "setpriv", "--pdeathsig", "INT"), program)
              : program);
    }

    @Override
    public void own(Path path) {
      // It is root's, and inside root looks like the server's user.
    }
  }

  /** Errors: {@code PG-024} where no user can be found that reaches the folder. */
  static ServerUser choose(Path clusterDir, Path binariesDir) {
    if (!isRoot()) {
      refuseForeign(clusterDir);
      return new Same(isLinux() && canSupervise());
    }
    try {
      if (Files.exists(clusterDir)) {
        int owner = (int) Files.getAttribute(clusterDir, "unix:uid");
        int group = (int) Files.getAttribute(clusterDir, "unix:gid");
        return owner == 0 ? unmapped(clusterDir) : new Other(owner, group);
      }
    } catch (IOException unreadable) {
      throw unusable(clusterDir, unreadable.toString());
    }
    Other nobody = nobody();
    boolean reachable = isTraversable(clusterDir.getParent()) && isTraversable(binariesDir);
    return reachable && canSupervise() ? nobody : unmapped(clusterDir);
  }

  private static boolean canSupervise() {
    return works("setsid", "setpriv", "--pdeathsig", "INT", "true");
  }

  private static ServerUser unmapped(Path clusterDir) {
    if (!works("unshare", "--user", "true")) {
      throw unusable(
          clusterDir,
          "PostgreSQL refuses to run as root, no other user can reach this folder, and this"
              + " machine allows no user namespaces");
    }
    return new Unmapped(canSupervise());
  }

  private static void refuseForeign(Path clusterDir) {
    try {
      if (Files.exists(clusterDir)
          && !Files.getOwner(clusterDir).getName().equals(System.getProperty("user.name"))
          && !Files.isWritable(clusterDir)) {
        throw unusable(
            clusterDir, "it belongs to the user " + Files.getOwner(clusterDir).getName());
      }
    } catch (IOException unreadable) {
      throw unusable(clusterDir, unreadable.toString());
    }
  }

  private static IpaiException unusable(Path clusterDir, String reason) {
    return new IpaiException(
            PostgresErrors.DATA_DIR_UNUSABLE,
            "The embedded PostgreSQL cannot use its folder: " + reason + ".")
        .fact("folder", clusterDir)
        .hint("Run as the user who owns it, or choose another --data-dir, such as /var/lib/ipai.");
  }

  private static boolean isTraversable(@Nullable Path folder) {
    for (@Nullable Path at = folder; at != null; at = at.getParent()) {
      try {
        if (Files.exists(at)
            && !Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      } catch (IOException unreadable) {
        return false;
      }
    }
    return true;
  }

  private static Other nobody() {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
        String[] fields = line.split(":", -1);
        if (fields.length > 3 && fields[0].equals("nobody")) {
          return new Other(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
        }
      }
    } catch (IOException | NumberFormatException unusual) {
      return new Other(65534, 65534);
    }
    return new Other(65534, 65534);
  }

  private static boolean isRoot() {
    try {
      return isUnix() && (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    } catch (IOException | UnsupportedOperationException noProc) {
      return System.getProperty("user.name").equals("root");
    }
  }

  private static boolean isUnix() {
    return Path.of("/").getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  static boolean isLinux() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
  }

  private static boolean works(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<String> prefixed(List<String> prefix, List<String> program) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(program);
    return command;
  }
}
