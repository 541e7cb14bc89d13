package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder and the files below it. Links that lead out of it, what may not be read, and what a
 * {@code .part} or {@code .tmp} ending marks as unfinished, are not seen.
 */
record Folder(Path root, OpenPlaces places) {

  /**
   * A file as it is now.
   *
   * @param path below the folder, with {@code /}
   */
  record Entry(String path, String sha256) {}

  /**
   * Files that match, whose content is not the known one: the one that an earlier run was
   * interrupted in, then the others by their paths.
   */
  List<Entry> changed(String glob, FileVersions known, Cancellation cancellation) {
    List<Entry> changed = new ArrayList<>();
    for (String path : matching(glob)) {
      String sha256 = sha256(root.resolve(path), cancellation);
      if (!sha256.equals(known.done().get(path))) {
        changed.add(path.equals(known.file()) ? 0 : changed.size(), new Entry(path, sha256));
      }
    }
    return changed;
  }

  List<String> matching(String glob) {
    if (places.isNamed(root) && !Files.isDirectory(root)) {
      throw new IpaiException(ConnectorErrors.UNREACHABLE, "the folder does not exist")
          .fact("folder", root)
          .hint("check connection.folder; relative paths start at the workspace");
    }
    if (!places.isOpen(root)) {
      throw OpenPlaces.refused();
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    try (Stream<Path> files = Files.walk(root)) {
      Path real = root.toRealPath();
      return files
          .filter(Files::isRegularFile)
          .filter(file -> isInside(real, file))
          .map(root::relativize)
          .filter(matcher::matches)
          .map(path -> path.toString().replace('\\', '/'))
          .filter(path -> !path.endsWith(".part") && !path.endsWith(".tmp"))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new IpaiException(ConnectorErrors.UNREACHABLE, "the folder cannot be read", e)
          .fact("folder", root)
          .hint("check its rights");
    }
  }

  /** Whether it has the content that it had when it was listed. */
  boolean isStill(Entry entry, Cancellation cancellation) {
    try {
      return sha256(resolve(entry), cancellation).equals(entry.sha256());
    } catch (IOException gone) {
      return false;
    }
  }

  /** The file itself, looked at again: what it is may have changed since it was listed. */
  Path resolve(Entry entry) throws IOException {
    Path file = root.resolve(entry.path()).toRealPath();
    if (!isInside(root.toRealPath(), file)) {
      throw OpenPlaces.refused();
    }
    return file;
  }

  private boolean isInside(Path real, Path file) {
    try {
      return file.toRealPath().startsWith(real) && places.isOpen(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static String sha256(Path file, Cancellation cancellation) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = Sha256.start();
      try (DigestInputStream hashed = new DigestInputStream(in, digest)) {
        byte[] buffer = new byte[1 << 16];
        while (hashed.read(buffer) >= 0) {
          cancellation.check();
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new IpaiException(ConnectorErrors.UNREACHABLE, "a file cannot be read", e)
          .fact("file", file.getFileName())
          .hint("check its rights");
    }
  }
}
