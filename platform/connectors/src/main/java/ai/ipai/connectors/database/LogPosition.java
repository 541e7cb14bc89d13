package ai.ipai.connectors.database;

import java.math.BigInteger;

/**
 * A place in a server's log. Ordered.
 *
 * @param file of a binary log, such as {@code binlog.000007}; empty where the log is one
 * @param offset in the file, or the log sequence number
 */
record LogPosition(String file, long offset) implements Comparable<LogPosition> {

  /** Of PostgreSQL, as {@code 16/B374D848}. */
  static LogPosition lsn(String text) {
    int slash = text.indexOf('/');
    long high = Long.parseLong(text.substring(0, slash), 16);
    return new LogPosition("", (high << 32) | Long.parseLong(text.substring(slash + 1), 16));
  }

  /** The opposite of {@link #lsn}. */
  String lsn() {
    return Long.toHexString(offset >>> 32) + "/" + Long.toHexString(offset & 0xffff_ffffL);
  }

  /** Files are numbered at their end. */
  private BigInteger number() {
    String digits = file.substring(file.lastIndexOf('.') + 1);
    return digits.matches("\\d+") ? new BigInteger(digits) : BigInteger.ZERO;
  }

  @Override
  public int compareTo(LogPosition other) {
    int files = file.equals(other.file) ? 0 : number().compareTo(other.number());
    return files != 0 ? files : Long.compareUnsigned(offset, other.offset);
  }

  boolean isBefore(LogPosition other) {
    return compareTo(other) < 0;
  }

  static LogPosition least(LogPosition one, LogPosition other) {
    return one.isBefore(other) ? one : other;
  }

  static LogPosition greatest(LogPosition one, LogPosition other) {
    return one.isBefore(other) ? other : one;
  }
}
