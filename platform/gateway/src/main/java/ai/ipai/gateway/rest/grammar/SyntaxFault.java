package ai.ipai.gateway.rest.grammar;

/** A text does not follow its grammar. */
public final class SyntaxFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String place;
  private final String reason;

  SyntaxFault(String place, String reason) {
    super(place + ": " + reason, null, false, false);
    this.place = place;
    this.reason = reason;
  }

  /** What was read, line and column. */
  public String place() {
    return place;
  }

  /** What was there and what was expected. */
  public String reason() {
    return reason;
  }
}
