package ai.ipai.spi.cell;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * {@code numeric} as {@code numeric_recv} reads it: digits of base 10000, the weight of the first,
 * sign, decimal scale. Source: PostgreSQL, {@code src/backend/utils/adt/numeric.c}.
 */
public final class NumericFormat {
  private static final int MAX_INTEGER_DIGITS = 131_072;
  private static final int MAX_SCALE = 16_383;
  private static final int NEGATIVE = 0x4000;
  private static final long[] POWERS = {1, 10, 100, 1000};
  private static final long SMALL_LIMIT = Long.MAX_VALUE / 1000;
  private static final BigInteger LONG_LIMIT = BigInteger.valueOf(SMALL_LIMIT);

  private NumericFormat() {}

  /** With its length before it. The scale of the value is kept: 1.50 stays 1.50. */
  public static void write(BigDecimal value, ByteSink sink) {
    // Before anything is expanded: 1e999999999 is short to write and long to hold.
    if (value.signum() != 0 && (long) value.precision() - value.scale() > MAX_INTEGER_DIGITS) {
      throw CellErrors.unstorable("a number has more than 131072 digits before its point");
    }
    if (value.scale() > MAX_SCALE) {
      throw CellErrors.unstorable("a number has more than 16383 digits after its point");
    }
    int scale = Math.max(value.scale(), 0);
    int padding = (4 - scale % 4) % 4;
    int sign = value.signum() < 0 ? NEGATIVE : 0;
    BigInteger unscaled =
        (value.scale() < 0 && value.signum() != 0 ? value.setScale(0) : value)
            .unscaledValue()
            .abs();
    int at = sink.reserve32();
    int fractionGroups = (scale + padding) / 4;
    if (unscaled.compareTo(LONG_LIMIT) <= 0) {
      small(unscaled.longValue() * POWERS[padding], fractionGroups, sign, scale, sink);
    } else {
      large(unscaled.toString() + "0".repeat(padding), fractionGroups, sign, scale, sink);
    }
    sink.fill32(at);
  }

  /** The same for what is short, without making a {@link BigDecimal}. */
  public static void write(long unscaled, int scale, ByteSink sink) {
    long digits = Math.absExact(unscaled);
    if (scale < 0 || digits > SMALL_LIMIT) {
      write(BigDecimal.valueOf(unscaled, scale), sink);
      return;
    }
    int padding = (4 - scale % 4) % 4;
    int at = sink.reserve32();
    small(
        digits * POWERS[padding], (scale + padding) / 4, unscaled < 0 ? NEGATIVE : 0, scale, sink);
    sink.fill32(at);
  }

  private static void small(long value, int fractionGroups, int sign, int scale, ByteSink sink) {
    int groups = 0;
    long rest = value;
    while (rest != 0) {
      groups++;
      rest /= 10_000;
    }
    int trailing = 0;
    rest = value;
    while (rest != 0 && rest % 10_000 == 0) {
      trailing++;
      rest /= 10_000;
    }
    head(groups, trailing, fractionGroups, sign, scale, sink);
    long divisor = 1;
    for (int i = 1; i < groups - trailing; i++) {
      divisor *= 10_000;
    }
    for (int i = 0; i < groups - trailing; i++) {
      sink.int16((int) (rest / divisor % 10_000));
      divisor /= 10_000;
    }
  }

  private static void large(String digits, int fractionGroups, int sign, int scale, ByteSink sink) {
    String aligned = "0".repeat((4 - digits.length() % 4) % 4) + digits;
    int groups = aligned.length() / 4;
    int trailing = 0;
    while (trailing < groups && group(aligned, groups - 1 - trailing) == 0) {
      trailing++;
    }
    head(groups, trailing, fractionGroups, sign, scale, sink);
    for (int i = 0; i < groups - trailing; i++) {
      sink.int16(group(aligned, i));
    }
  }

  private static int group(String digits, int index) {
    int value = 0;
    for (int i = index * 4; i < index * 4 + 4; i++) {
      value = value * 10 + (digits.charAt(i) - '0');
    }
    return value;
  }

  private static void head(
      int groups, int trailing, int fractionGroups, int sign, int scale, ByteSink sink) {
    sink.int16(groups - trailing);
    sink.int16(groups == 0 ? 0 : groups - 1 - fractionGroups);
    sink.int16(sign);
    sink.int16(scale);
  }
}
