package ai.ipai.spi.connector;

/**
 * One line of a check.
 *
 * @param severity whether a run can succeed in spite of it
 * @param message what is wrong, without secrets
 * @param hint what to do about it, or empty
 */
public record Finding(Severity severity, String message, String hint) {
  /** How bad a finding is. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public static Finding error(String message, String hint) {
    return new Finding(Severity.ERROR, message, hint);
  }

  public static Finding warning(String message, String hint) {
    return new Finding(Severity.WARNING, message, hint);
  }
}
