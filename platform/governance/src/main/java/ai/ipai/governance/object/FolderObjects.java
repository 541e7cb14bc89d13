package ai.ipai.governance.object;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects as files of a folder, such as one of another machine. */
public final class FolderObjects implements ObjectStore {
  private final Path root;

  public FolderObjects(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public boolean putNew(String name, byte[] content) {
    try {
      return WriteOnceFile.create(root.resolve(name), content);
    } catch (IOException failed) {
      throw failed(failed);
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
          .filter(child -> !child.getFileName().toString().endsWith(WriteOnceFile.PARTIAL))
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
