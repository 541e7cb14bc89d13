package ai.ipai.governance.yaml;

import ai.ipai.spi.error.ErrorCode;
import java.util.Comparator;
import java.util.Objects;

/**
 * One thing that is wrong in a declared file.
 *
 * @param message what is wrong; never holds a secret or a row value
 * @param nearest the known name nearest to the one that was written, or empty
 * @param cure what to do about it, in the imperative, or empty
 */
public record Fault(FilePlace place, ErrorCode code, String message, String nearest, String cure)
    implements Comparable<Fault> {
  private static final Comparator<Fault> ORDER =
      Comparator.comparing(Fault::place)
          .thenComparing(fault -> fault.code().id())
          .thenComparing(Fault::message);

  public Fault {
    Objects.requireNonNull(place);
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    Objects.requireNonNull(nearest);
    Objects.requireNonNull(cure);
  }

  @Override
  public int compareTo(Fault other) {
    return ORDER.compare(this, other);
  }

  /** One line: {@code file:line:column CODE message (did you mean "…"?) → cure}. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append(place).append(' ').append(code.id()).append(' ').append(message);
    if (!nearest.isEmpty()) {
      line.append(" (did you mean \"").append(nearest).append("\"?)");
    }
    if (!cure.isEmpty()) {
      line.append(" → ").append(cure);
    }
    return line.toString();
  }
}
