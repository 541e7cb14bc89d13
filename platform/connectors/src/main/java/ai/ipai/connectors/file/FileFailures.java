package ai.ipai.connectors.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** What a failure of reading means for the person who delivered the file. */
final class FileFailures {
  private FileFailures() {}

  static BrokenFile of(@Nullable Throwable cause, long line) {
    return switch (cause) {
      case BrokenFile broken -> broken;
      case CharacterCodingException e ->
          new BrokenFile("bytes that are not in the declared encoding", line, e);
      case EOFException e -> new BrokenFile("the packed content ends too early", line, e);
      case ZipException e -> new BrokenFile("the packed content is damaged", line, e);
      case IOException e -> new BrokenFile("cannot be read", line, e);
      case null -> new BrokenFile("cannot be read", line);
      default -> new BrokenFile("cannot be understood", line, cause);
    };
  }
}
