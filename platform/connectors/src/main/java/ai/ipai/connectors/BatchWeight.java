package ai.ipai.connectors;

import ai.ipai.spi.connector.JsonText;
import org.jspecify.annotations.Nullable;

/** What rows take in memory, roughly: batches end by it, however large single values are. */
public final class BatchWeight {
  /** A batch that weighs as much is full. */
  public static final long MAX_BYTES = 24L << 20;

  private BatchWeight() {}

  /** Of one row, in bytes. */
  public static long of(@Nullable Object[] values) {
    long weight = 16;
    for (Object value : values) {
      weight += of(value);
    }
    return weight;
  }

  /** Of one value, in bytes. */
  public static long of(@Nullable Object value) {
    return switch (value) {
      case String text -> 40L + text.length();
      case JsonText json -> 40L + json.json().length();
      case byte[] bytes -> 16L + bytes.length;
      case null -> 4;
      default -> 16;
    };
  }
}
