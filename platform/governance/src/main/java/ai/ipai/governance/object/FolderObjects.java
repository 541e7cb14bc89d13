package ai.ipai.governance.object;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects as files of a folder, such as one of another machine. */
public final class FolderObjects implements ObjectStore {
  private static final String PARTIAL = ".partial";

  private final Path root;

  public FolderObjects(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public boolean putNew(String name, byte[] content) {
    Path file = root.resolve(name);
    try {
      Path folder = file.getParent() == null ? root : file.getParent();
      Files.createDirectories(folder);
      Path partial = Files.createTempFile(folder, ".", PARTIAL);
      try {
        write(partial, content);
        // A link fails where a move would replace.
        Files.createLink(file, partial);
        return true;
      } catch (FileAlreadyExistsException taken) {
        return false;
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException failed) {
      throw failed(failed);
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

  @Override
  public Optional<byte[]> get(String name) {
    try {
      return Optional.of(Files.readAllBytes(root.resolve(name)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failed) {
      throw failed(failed);
    }
  }

  @Override
  public List<String> list(String folder) {
    try (Stream<Path> children = Files.list(root.resolve(folder))) {
      return children
          .filter(child -> !child.getFileName().toString().endsWith(PARTIAL))
          .map(child -> folder + child.getFileName() + (Files.isDirectory(child) ? "/" : ""))
          .sorted()
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException failed) {
      throw failed(failed);
    }
  }

  @Override
  public String place() {
    return root.toUri().toString();
  }

  private IpaiException failed(IOException cause) {
    return new IpaiException(
            ObjectErrors.UNAVAILABLE, "The folder of the archive cannot be used.", cause)
        .fact("folder", root)
        .hint("Check that it is mounted, its rights and the free space.");
  }
}
