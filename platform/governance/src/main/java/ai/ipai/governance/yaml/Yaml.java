package ai.ipai.governance.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads YAML 1.2 files into trees with places. Reports into {@link Faults}, never throws. */
public final class Yaml {
  /** The largest file that is read. */
  public static final int MAX_BYTES = 1 << 20;

  private Yaml() {}

  /**
   * Reads a file below a root.
   *
   * @return the tree, or empty if the file is empty or at fault
   */
  public static Optional<YamlNode> read(Path root, Path file, Faults faults) {
    String name = nameOf(root, file);
    Optional<String> text = readText(name, file, faults);
    return text.flatMap(content -> parse(name, content, faults));
  }

  /** How a file is named in places: relative to the root, with {@code /}. */
  public static String nameOf(Path root, Path file) {
    Path relative = file.startsWith(root) ? root.relativize(file) : file;
    return relative.toString().replace('\\', '/');
  }

  /**
   * A text file in strict UTF-8 of at most {@link #MAX_BYTES}.
   *
   * @param name how the file is called in the fault
   */
  public static Optional<String> readText(String name, Path file, Faults faults) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        faults.add(
            FilePlace.whole(name),
            YamlErrors.TOO_LARGE,
            "the file is larger than " + MAX_BYTES + " bytes",
            "split it into several files");
        return Optional.empty();
      }
      byte[] bytes = Files.readAllBytes(file);
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notUtf8) {
      faults.add(
          FilePlace.whole(name),
          YamlErrors.UNREADABLE,
          "the file is not valid UTF-8",
          "save it in UTF-8");
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole(name),
          YamlErrors.UNREADABLE,
          "the file cannot be read: " + unreadable.getClass().getSimpleName(),
          "check that it exists and that this user may read it");
    }
    return Optional.empty();
  }

  /**
   * Parses one document.
   *
   * @param file how the file is called in places
   * @return the tree, or empty if the text holds no document or is at fault
   */
  public static Optional<YamlNode> parse(String file, String text, Faults faults) {
    return new YamlComposer(file, faults).compose(text);
  }
}
