package ai.ipai.server.doctor;

/**
 * What the doctor found about one thing.
 *
 * @param cure what to do; empty when all is well
 */
public record Finding(String subject, State state, String found, String cure) {
  /** How bad it is. */
  public enum State {
    GOOD,
    WARNING,
    FAULT
  }

  static Finding good(String subject, String found) {
    return new Finding(subject, State.GOOD, found, "");
  }

  static Finding warning(String subject, String found, String cure) {
    return new Finding(subject, State.WARNING, found, cure);
  }

  static Finding fault(String subject, String found, String cure) {
    return new Finding(subject, State.FAULT, found, cure);
  }
}
