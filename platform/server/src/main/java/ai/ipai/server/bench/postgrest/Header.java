package ai.ipai.server.bench.postgrest;

/** A header as it went over the wire. */
public record Header(String name, String value) {
  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
