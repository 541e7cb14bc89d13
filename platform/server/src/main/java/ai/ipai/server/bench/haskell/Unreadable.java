package ai.ipai.server.bench.haskell;

/** A text that is beyond the part of Haskell that is known here, or a name that nobody defines. */
public final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Unreadable(String reason) {
    super(reason);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
