package ai.ipai.spi.connector;

/**
 * A value as PostgreSQL's binary COPY has it: the loader stores it as it is, where its column has
 * the {@link ColumnType} that the batch says. Only from a reader that has looked at it: no infinity
 * or year before Christ where the type has none, no NaN of a decimal, no text that is not UTF-8.
 * The bytes are not changed after they were handed over.
 */
public final class EncodedValue {
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final Decoder decoder;

  /** Turns the bytes into what {@link ColumnType} names, for whoever wants to read the value. */
  @FunctionalInterface
  public interface Decoder {
    Object decode(byte[] bytes, int offset, int length);
  }

  /** Part of an array, which several values may share. */
  public EncodedValue(byte[] bytes, int offset, int length, Decoder decoder) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.decoder = decoder;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  Object decoded() {
    return decoder.decode(bytes, offset, length);
  }
}
