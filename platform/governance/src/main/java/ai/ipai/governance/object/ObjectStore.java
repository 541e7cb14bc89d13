package ai.ipai.governance.object;

import ai.ipai.spi.error.IpaiException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Keeps objects by name, each written once. Names are segments of letters, digits, {@code .},
 * {@code _} and {@code -}, separated by {@code /}. Safe for threads. Errors of every method: {@code
 * OBJ-001} to {@code OBJ-003}; each has tried again for some seconds before it fails.
 */
public interface ObjectStore extends AutoCloseable {
  /**
   * Writes a new object, durable on return; false, and nothing changed, where the name is taken.
   */
  boolean putNew(String name, byte[] content);

  /** What an object holds; empty where there is none. */
  Optional<byte[]> get(String name);

  /**
   * What lies directly below a folder, sorted by name: objects, and further folders with a final
   * {@code /}.
   *
   * @param folder empty, or with a final {@code /}
   */
  List<String> list(String folder);

  /** Where it is, for people: a URL without credentials. */
  String place();

  /**
   * Writes an object, or finds it there already with this content, as after an interrupted try.
   *
   * @throws IpaiException {@code OBJ-005} where it holds something else
   */
  default void putOnce(String name, byte[] content) {
    if (!putNew(name, content) && !get(name).filter(c -> Arrays.equals(c, content)).isPresent()) {
      throw new IpaiException(
              ObjectErrors.CONFLICT, "An object of this name holds something else already.")
          .fact("object", name)
          .fact("place", place())
          .hint("Two installations may share the place: give each a prefix of its own.");
    }
  }

  @Override
  default void close() {}
}
