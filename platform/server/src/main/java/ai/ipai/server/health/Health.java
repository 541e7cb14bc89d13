package ai.ipai.server.health;

/**
 * How one thing is.
 *
 * @param state whether the platform can serve
 * @param word what is shown, such as {@code paused}
 */
public record Health(State state, String word) {
  public static final Health UP = new Health(State.UP, "up");
  public static final Health WARN = new Health(State.WARN, "warn");
  public static final Health DOWN = new Health(State.DOWN, "down");

  /** In the order of badness. */
  public enum State {
    UP,
    /** It serves, and somebody should look. */
    WARN,
    DOWN
  }

  public static Health warn(String word) {
    return new Health(State.WARN, word);
  }
}
