package ai.ipai.governance.object;

import ai.ipai.postgres.embedded.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Files that appear whole, under a name that nothing had, and stay. */
public final class WriteOnceFile {
  /** The end of the names of files that are being written. */
  public static final String PARTIAL = ".partial";

  /** {@link Files#createLink}: of a name that is taken, a link fails where a move would replace. */
  interface Link {
    void create(Path link, Path existing) throws IOException;
  }

  private WriteOnceFile() {}

  /**
   * Writes a file, with the folders it stands in, durable on return: the content, the name, and the
   * names of the folders.
   *
   * @return false, and nothing changed, where the name is taken
   */
  public static boolean create(Path file, byte[] content) throws IOException {
    return create(file, content, Files::createLink);
  }

  static boolean create(Path file, byte[] content, Link link) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Folders.create(folder);
    Path partial = Files.createTempFile(folder, ".", PARTIAL);
    try {
      write(partial, content);
      boolean created = name(file, partial, link);
      // Also of what was there: whoever wrote it may have been cut off before.
      Folders.sync(folder);
      return created;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void write(Path partial, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static boolean name(Path file, Path partial, Link link) throws IOException {
    try {
      link.create(file, partial);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      return nameWithoutLinks(file, partial);
    }
  }

  /**
   * Shares and mounts without links: the name is taken by an empty file, which is replaced. One
   * that stayed empty is of somebody who was cut off in between.
   */
  private static boolean nameWithoutLinks(Path file, Path partial) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException taken) {
      if (Files.size(file) > 0) {
        return false;
      }
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }
}
