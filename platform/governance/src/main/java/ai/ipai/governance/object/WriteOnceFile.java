package ai.ipai.governance.object;

import ai.ipai.postgres.embedded.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Files that appear whole, under a name that nothing had, and stay. Of several who want one name,
 * threads, processes or machines, one gets it. Where there are hard links the system sees to that;
 * where there are none, a lock on a file of the folder does, between the machines that the share's
 * locks reach (SMB, NFS with its lock service; a FUSE mount often only this one).
 */
public final class WriteOnceFile {
  /** The end of the names of files that are being written. */
  public static final String PARTIAL = ".partial";

  /** Stays in folders without links: deleting it would let two hold it. Listed as unfinished. */
  private static final String LOCK = ".lock" + PARTIAL;

  private static final Object IN_THIS_PROCESS = new Object();

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
   * @throws IOException also where a share has neither links nor locks
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
   * Shares and mounts without links: whoever holds the folder's lock looks whether the name is
   * taken and moves the file there. An empty file is of somebody who was cut off, in versions that
   * took names so.
   */
  private static boolean nameWithoutLinks(Path file, Path partial) throws IOException {
    // The system's lock is between processes; within this one it would be refused.
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel guard =
              FileChannel.open(
                  file.resolveSibling(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = guard.lock()) {
        if (Files.exists(file) && Files.size(file) > 0) {
          return false;
        }
        Files.move(
            partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
      }
    }
  }
}
