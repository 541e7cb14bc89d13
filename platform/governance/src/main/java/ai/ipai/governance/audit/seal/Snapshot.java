package ai.ipai.governance.audit.seal;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which transactions had ended at a moment, as {@code pg_current_snapshot()} prints it: {@code
 * xmin:xmax:running,…}. What one snapshot sees and the one before did not is exactly what was
 * committed in between, however late a transaction that began earlier committed.
 */
@SuppressWarnings("ArrayRecordComponent") // equality goes by the text
public record Snapshot(long xmin, long xmax, long[] running) {
  /** Sees nothing. */
  static final Snapshot NONE = new Snapshot(1, 1, new long[0]);

  static Snapshot parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a snapshot: " + text);
    }
    long[] running =
        parts[2].isEmpty()
            ? new long[0]
            : Arrays.stream(parts[2].split(",", -1)).mapToLong(Long::parseLong).sorted().toArray();
    return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  boolean sees(long xid) {
    return xid < xmin || (xid < xmax && Arrays.binarySearch(running, xid) < 0);
  }

  /** The same for transactions below the limit; nothing from there on. */
  Snapshot below(long limit) {
    if (limit >= xmax) {
      return this;
    }
    long[] fewer = Arrays.stream(running).filter(xid -> xid < limit).toArray();
    return new Snapshot(fewer.length == 0 ? limit : Math.min(xmin, limit), limit, fewer);
  }

  @Override
  public String toString() {
    return xmin
        + ":"
        + xmax
        + ":"
        + Arrays.stream(running).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Snapshot that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
