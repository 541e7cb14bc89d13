package ai.ipai.postgres.caller;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row as it came: for each column its length, or -1 for null, and its bytes. */
final class FlightRow implements CallerQuery.Row {
  private final byte[] message;
  private final int[] starts;
  private final int[] lengths;

  private FlightRow(byte[] message, int[] starts, int[] lengths) {
    this.message = message;
    this.starts = starts;
    this.lengths = lengths;
  }

  static FlightRow of(byte[] message) {
    int columns = ((message[0] & 0xff) << 8) | (message[1] & 0xff);
    int[] starts = new int[columns];
    int[] lengths = new int[columns];
    int at = 2;
    for (int i = 0; i < columns; i++) {
      int length =
          (message[at] << 24)
              | ((message[at + 1] & 0xff) << 16)
              | ((message[at + 2] & 0xff) << 8)
              | (message[at + 3] & 0xff);
      at += 4;
      starts[i] = at;
      lengths[i] = length;
      at += Math.max(0, length);
    }
    return new FlightRow(message, starts, lengths);
  }

  @Override
  public byte @Nullable [] bytes(int column) {
    int start = starts[column - 1];
    int length = lengths[column - 1];
    return length < 0 ? null : Arrays.copyOfRange(message, start, start + length);
  }

  @Override
  public @Nullable String text(int column) {
    int length = lengths[column - 1];
    return length < 0
        ? null
        : new String(message, starts[column - 1], length, StandardCharsets.UTF_8);
  }
}
