package ai.ipai.spi.error;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One numbered failure of a room, such as {@code CON-014 STREAM_NOT_FOUND}. Codes are append-only:
 * a retired number stays as a tombstone. Each room lists its own in one class of constants.
 *
 * @param id room prefix and number, {@code [A-Z]{2,4}-[0-9]{3}}
 * @param name upper snake case
 * @param kind who can mend it
 */
public record ErrorCode(String id, String name, ErrorKind kind) {
  private static final Pattern ID = Pattern.compile("[A-Z]{2,4}-[0-9]{3}");

  public ErrorCode {
    Objects.requireNonNull(name);
    Objects.requireNonNull(kind);
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an error id: " + id);
    }
  }

  public static ErrorCode of(String id, String name, ErrorKind kind) {
    return new ErrorCode(id, name, kind);
  }

  @Override
  public String toString() {
    return id + " " + name;
  }
}
