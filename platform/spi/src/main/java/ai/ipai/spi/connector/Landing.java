package ai.ipai.spi.connector;

import java.util.Map;

/**
 * Where the rows of a reading go, as far as a reader can make use of it. All of it is an offer.
 *
 * @param types of the columns that the table has, by source name; a batch whose columns are not
 *     narrower saves work
 * @param encoded whether rows may come as {@link ai.ipai.spi.cell.EncodedRows}: nothing will look
 *     at their values, and columns become as wide as the batches say
 * @param withdrawable whether rows may be taken back by {@link Withdrawn}: nobody sees them before
 *     the reading is complete
 */
public record Landing(Map<String, ColumnType> types, boolean encoded, boolean withdrawable) {
  /** Nothing is known, values are wanted. */
  public static final Landing PLAIN = new Landing(Map.of(), false, false);

  public Landing {
    types = Map.copyOf(types);
  }
}
