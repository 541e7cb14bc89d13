package ai.ipai.connectors.file;

/** A file that cannot be read to its end. The message holds no content. */
final class BrokenFile extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long line;

  BrokenFile(String message, long line, Throwable cause) {
    super(message, cause);
    this.line = line;
  }

  BrokenFile(String message, long line) {
    super(message);
    this.line = line;
  }

  /** Where it was noticed; 0 where that is not known. */
  long line() {
    return line;
  }
}
