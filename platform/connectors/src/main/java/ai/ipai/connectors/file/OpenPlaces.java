package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where files may be read: below the workspace and below the folders that the operator names, links
 * followed. Whoever may write a connector's file would otherwise read every file of the server.
 *
 * @param roots nothing below them whose name begins with a dot is open, such as {@code .ipai}
 * @param closed never open, unless a root lies inside: the platform's own data
 */
record OpenPlaces(List<Path> roots, List<Path> closed) {
  /** The environment variable with more roots. */
  static final String VARIABLE = "IPAI_FILE_ROOTS";

  private static final List<Path> OF_THE_SYSTEM =
      List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  OpenPlaces {
    roots = List.copyOf(roots);
    closed = List.copyOf(closed);
  }

  /**
   * Those of one workspace.
   *
   * @param named more roots, as {@value #VARIABLE} has them
   * @param data folders of the platform itself
   */
  static OpenPlaces of(Path workspace, String named, List<Path> data) {
    List<Path> roots = new ArrayList<>();
    roots.add(workspace);
    for (String root : named.split(File.pathSeparator, -1)) {
      if (!root.isBlank()) {
        roots.add(Path.of(root.strip()));
      }
    }
    List<Path> closed = new ArrayList<>(OF_THE_SYSTEM);
    closed.addAll(data);
    return new OpenPlaces(roots, closed);
  }

  /** Whether a path is written as one below a root; only of those it is said what is there. */
  boolean isNamed(Path path) {
    Path plain = path.toAbsolutePath().normalize();
    return roots.stream().anyMatch(root -> plain.startsWith(root.toAbsolutePath().normalize()));
  }

  /** Whether a file or folder may be read; false too if it is not there. */
  boolean isOpen(Path path) {
    try {
      Path real = path.toRealPath();
      for (Path root : roots) {
        if (isOpen(real, root)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isOpen(Path real, Path named) {
    Path root;
    try {
      root = named.toRealPath();
    } catch (IOException gone) {
      return false;
    }
    if (!real.startsWith(root)) {
      return false;
    }
    for (Path name : root.relativize(real)) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    for (Path shut : closed) {
      Path inside = real(shut);
      if (real.startsWith(inside) && !root.startsWith(inside)) {
        return false;
      }
    }
    return true;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException gone) {
      return path.toAbsolutePath().normalize();
    }
  }

  static IpaiException refused() {
    return new IpaiException(
            ConnectorErrors.SETTING, "setting folder lies where connectors may not read")
        .fact("setting", "folder")
        .hint(
            "put the files below the workspace, in no folder whose name begins with a dot, or have"
                + " the operator name their folder in "
                + VARIABLE);
  }
}
