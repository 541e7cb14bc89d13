package ai.ipai.spi.cell;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The way back: cells as the Java types of {@link ColumnType}. */
final class CellReader {
  private static final int NEGATIVE = 0x4000;

  private CellReader() {}

  static Object read(ColumnType type, byte[] cells, int at, int length) {
    ByteBuffer cell = ByteBuffer.wrap(cells, at, length);
    return switch (type) {
      case BOOLEAN -> cell.get() != 0;
      case BIGINT -> cell.getLong();
      case NUMERIC -> numeric(cell);
      case DOUBLE -> Double.longBitsToDouble(cell.getLong());
      case TEXT -> text(cell);
      case DATE -> LocalDate.ofEpochDay(cell.getInt() + TimeFormat.EPOCH_DAY);
      case TIMESTAMP -> LocalDateTime.ofInstant(instant(cell.getLong()), ZoneOffset.UTC);
      case TIMESTAMPTZ -> instant(cell.getLong());
      case JSON -> {
        cell.get();
        yield new JsonText(text(cell));
      }
      case BYTES -> bytes(cell);
    };
  }

  private static BigDecimal numeric(ByteBuffer cell) {
    int groups = cell.getShort();
    int weight = cell.getShort();
    boolean isNegative = (cell.getShort() & 0xffff) == NEGATIVE;
    int scale = cell.getShort();
    BigInteger digits = BigInteger.ZERO;
    BigInteger base = BigInteger.valueOf(10_000);
    for (int i = 0; i < groups; i++) {
      digits = digits.multiply(base).add(BigInteger.valueOf(cell.getShort()));
    }
    BigDecimal value =
        new BigDecimal(digits).scaleByPowerOfTen(4 * (weight - groups + 1)).setScale(scale);
    return isNegative ? value.negate() : value;
  }

  private static Instant instant(long micros) {
    long unix = micros + TimeFormat.EPOCH_MICROS;
    return Instant.ofEpochSecond(
        Math.floorDiv(unix, 1_000_000L), Math.floorMod(unix, 1_000_000L) * 1000L);
  }

  private static String text(ByteBuffer cell) {
    return new String(bytes(cell), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer cell) {
    byte[] bytes = new byte[cell.remaining()];
    cell.get(bytes);
    return bytes;
  }
}
