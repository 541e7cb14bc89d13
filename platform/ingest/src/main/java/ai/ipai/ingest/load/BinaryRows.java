package ai.ipai.ingest.load;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in PostgreSQL's binary COPY format, sent as they come. Not for several threads. A row is
 * {@link #row} and then one value for each column of the COPY.
 */
final class BinaryRows implements AutoCloseable {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int FLUSH_BYTES = 1 << 16;
  private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;
  private static final int POSTGRES_EPOCH_DAYS = 10_957;
  private static final BigInteger TEN_THOUSAND = BigInteger.valueOf(10_000);
  private static final int MAX_NUMERIC_DIGITS = 2_000;

  private final CopyIn copy;
  private byte[] buffer = new byte[FLUSH_BYTES * 2];
  private int size;
  private boolean finished;

  BinaryRows(Connection connection, String copySql) throws SQLException {
    copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copySql);
    put(SIGNATURE, 0, SIGNATURE.length);
    int32(0);
    int32(0);
  }

  void row(int columns) throws SQLException {
    if (size > FLUSH_BYTES) {
      flush();
    }
    int16(columns);
  }

  void none() {
    int32(-1);
  }

  void bool(boolean value) {
    int32(1);
    int8(value ? 1 : 0);
  }

  void bigint(long value) {
    int32(8);
    int64(value);
  }

  void real(double value) {
    bigint(Double.doubleToLongBits(value));
  }

  void text(byte[] utf8) {
    int32(utf8.length);
    put(utf8, 0, utf8.length);
  }

  void json(byte[] utf8) {
    int32(utf8.length + 1);
    int8(1);
    put(utf8, 0, utf8.length);
  }

  void date(LocalDate value) {
    int32(4);
    int32(Math.toIntExact(value.toEpochDay() - POSTGRES_EPOCH_DAYS));
  }

  void timestamp(LocalDateTime value) {
    timestamptz(value.toInstant(ZoneOffset.UTC));
  }

  void timestamptz(Instant value) {
    long seconds = value.getEpochSecond() - POSTGRES_EPOCH_SECONDS;
    bigint(Math.addExact(Math.multiplyExact(seconds, 1_000_000L), value.getNano() / 1_000));
  }

  void uuid(UUID value) {
    int32(16);
    int64(value.getMostSignificantBits());
    int64(value.getLeastSignificantBits());
  }

  /** Whether {@link #numeric} takes it: PostgreSQL's own limits, and no exponents that explode. */
  static boolean isNumeric(BigDecimal value) {
    return value.scale() > -MAX_NUMERIC_DIGITS
        && value.scale() < MAX_NUMERIC_DIGITS
        && value.precision() < MAX_NUMERIC_DIGITS;
  }

  /** Exact, with the scale that the value has. */
  void numeric(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    int scale = plain.scale();
    int padding = Math.floorMod(-scale, 4);
    BigInteger rest = plain.unscaledValue().abs().multiply(BigInteger.TEN.pow(padding));
    int fraction = (scale + padding) / 4;
    short[] digits = new short[8];
    int count = 0;
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(TEN_THOUSAND);
      if (count == digits.length) {
        digits = Arrays.copyOf(digits, count * 2);
      }
      digits[count++] = parts[1].shortValue();
      rest = parts[0];
    }
    int first = 0;
    while (first < count && digits[first] == 0) {
      first++;
    }
    int32(8 + 2 * (count - first));
    int16(count - first);
    int16(count == first ? 0 : count - fraction - 1);
    int16(plain.signum() < 0 ? 0x4000 : 0);
    int16(scale);
    for (int i = count - 1; i >= first; i--) {
      int16(digits[i]);
    }
  }

  /** Rows that the server took. */
  long finish() throws SQLException {
    int16(-1);
    flush();
    finished = true;
    return copy.endCopy();
  }

  @Override
  public void close() throws SQLException {
    if (!finished && copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void flush() throws SQLException {
    copy.writeToCopy(buffer, 0, size);
    size = 0;
  }

  private void put(byte[] bytes, int offset, int length) {
    room(length);
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
  }

  private void int8(int value) {
    room(1);
    buffer[size++] = (byte) value;
  }

  private void int16(int value) {
    room(2);
    buffer[size++] = (byte) (value >> 8);
    buffer[size++] = (byte) value;
  }

  private void int32(int value) {
    room(4);
    buffer[size++] = (byte) (value >> 24);
    buffer[size++] = (byte) (value >> 16);
    buffer[size++] = (byte) (value >> 8);
    buffer[size++] = (byte) value;
  }

  private void int64(long value) {
    int32((int) (value >> 32));
    int32((int) value);
  }

  private void room(int more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
    }
  }
}
