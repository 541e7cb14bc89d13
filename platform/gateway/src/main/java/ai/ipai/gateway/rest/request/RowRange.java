package ai.ipai.gateway.rest.request;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows by number, from 0, both ends included.
 *
 * @param last {@code Long.MAX_VALUE} for no end; less than {@code first} for no rows
 */
public record RowRange(long first, long last) {
  public static final RowRange ALL = new RowRange(0, Long.MAX_VALUE);

  /** What {@code limit=0} asks for: no rows, which is not a mistake. */
  public static final RowRange NONE = new RowRange(0, -1);

  private static final RowRange EMPTY = new RowRange(Long.MAX_VALUE, Long.MIN_VALUE);
  private static final Pattern HEADER = Pattern.compile("([0-9]{1,18})-([0-9]{0,18})");

  /** The header {@code Range}; all rows where it is not understood. */
  static RowRange ofHeader(String text) {
    Matcher matcher = HEADER.matcher(text);
    if (!matcher.matches()) {
      return ALL;
    }
    long first = Long.parseLong(matcher.group(1));
    String last = matcher.group(2);
    RowRange range = new RowRange(first, last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last));
    return range.isEmpty() ? EMPTY : range;
  }

  static RowRange ofLimit(long limit) {
    return new RowRange(0, limit - 1);
  }

  static RowRange ofOffset(long offset) {
    return new RowRange(offset, Long.MAX_VALUE);
  }

  /** This one's length from that one's beginning. */
  RowRange startingAt(RowRange offset) {
    long length = limit().orElse(0);
    return new RowRange(offset.first, saturated(offset.first, length - 1));
  }

  RowRange intersect(RowRange other) {
    return isEmpty() || other.isEmpty()
        ? EMPTY
        : new RowRange(Math.max(first, other.first), Math.min(last, other.last));
  }

  /** At most so many rows. */
  public RowRange atMost(long rows) {
    return hasLimitZero()
        ? NONE
        : intersect(new RowRange(Long.MIN_VALUE, saturated(first, rows - 1)));
  }

  public boolean isEmpty() {
    return first > last;
  }

  boolean hasLimitZero() {
    return last == NONE.last;
  }

  public boolean isAll() {
    return equals(ALL);
  }

  public OptionalLong limit() {
    return last == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(1 + last - first);
  }

  public long offset() {
    return first;
  }

  private static long saturated(long one, long other) {
    long sum = one + other;
    return other > 0 && sum < one ? Long.MAX_VALUE : sum;
  }
}
