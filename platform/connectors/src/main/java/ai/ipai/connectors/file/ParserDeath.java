package ai.ipai.connectors.file;

/** A parser's process that ended while it was at a file. */
final class ParserDeath extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isUnexplained;
  private final boolean isKilledFromOutside;

  ParserDeath(String message, boolean isUnexplained, Exception cause) {
    this(message, isUnexplained, false, cause);
  }

  ParserDeath(String message, boolean isUnexplained, boolean isKilledFromOutside, Exception cause) {
    super(message, cause);
    this.isKilledFromOutside = isKilledFromOutside;
    this.isUnexplained = isUnexplained;
  }

  /** Whether it might be better another time. */
  boolean isUnexplained() {
    return isUnexplained;
  }

  /** Whether somebody else killed it, so that the file is not to blame. */
  boolean isKilledFromOutside() {
    return isKilledFromOutside;
  }
}
