package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table and how its settings say it is read.
 *
 * @param cursor the column that changes are read by, or null
 * @param isLogged whether changes come from the server's log
 * @param isSwept whether keys are compared after each reading of changes, to find deletions
 */
record TableStream(
    SourceTable table,
    @Nullable TableField cursor,
    Overlap overlap,
    boolean isLogged,
    boolean isSwept) {

  static TableStream of(SourceTable found, Settings options) {
    SourceTable table = found;
    List<String> key = options.texts("key");
    for (String column : key) {
      field(table, column);
    }
    options.flag("log", true);
    if (!key.isEmpty()) {
      table = table.withKey(key);
    }
    boolean isSwept = isSwept(options);
    if (options.findText("cursor").isEmpty()) {
      if (isSwept) {
        throw options.fault(
            "deletes", "needs a cursor", "leave it away: a table without one is compared whole");
      }
      return new TableStream(table, null, Overlap.of(options), false, false);
    }
    TableField cursor = field(table, options.text("cursor"));
    if (!Overlap.fits(cursor.type())) {
      throw options.fault(
          "cursor", "does not grow with each change", "name a column of numbers or of times");
    }
    if (table.key().isEmpty()) {
      throw options.fault("cursor", "needs a key", "set key: the table declares none");
    }
    if (isSwept && !TableReader.isSwept(table)) {
      throw options.fault(
          "deletes",
          "needs a key of one whole number",
          "leave cursor away: the table is then compared whole");
    }
    return new TableStream(table, cursor, Overlap.of(options), false, isSwept);
  }

  private static boolean isSwept(Settings options) {
    return switch (options.text("deletes", "reconcile")) {
      case "each_run" -> true;
      case "reconcile" -> false;
      default -> throw options.fault("deletes", "is unknown", "write each_run or reconcile");
    };
  }

  /** The same rows, but for the key nothing of them, in its order. */
  TableStream keys() {
    return new TableStream(table.keys(), null, overlap, false, false);
  }

  private static TableField field(SourceTable table, String column) {
    int index = table.index(column);
    if (index < 0) {
      throw TableReader.unknownColumn(table, column);
    }
    return table.fields().get(index);
  }

  /** The same, read from the log if it can be: a table with a key, and no other way was chosen. */
  TableStream logged(boolean wanted) {
    boolean can = wanted && cursor == null && !table.key().isEmpty() && table.isStored();
    boolean isKeyTold = table.key().stream().noneMatch(table.computed()::contains);
    return can && isKeyTold ? new TableStream(table.told(), null, overlap, true, false) : this;
  }

  StreamDescriptor descriptor() {
    if (isLogged) {
      return new StreamDescriptor(
          table.name(),
          table.columns(),
          table.key(),
          Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES),
          table.comment(),
          true);
    }
    Set<ReadMode> modes = EnumSet.of(ReadMode.SNAPSHOT);
    if (cursor != null) {
      modes.add(ReadMode.CHANGES);
      if (TableReader.isSwept(table)) {
        modes.add(ReadMode.RECONCILE);
      }
    }
    return new StreamDescriptor(table.name(), table.columns(), table.key(), modes, table.comment());
  }

  /** By key; changes by their column first; a table without key by all it can be ordered by. */
  List<TableField> order(ReadMode mode) {
    List<TableField> order = new ArrayList<>();
    if (mode == ReadMode.CHANGES && cursor != null) {
      order.add(cursor);
    }
    if (table.key().isEmpty()) {
      table.fields().stream().filter(TableField::ordered).forEach(order::add);
      return order;
    }
    for (String column : table.key()) {
      TableField field = field(table, column);
      if (!order.contains(field)) {
        order.add(field);
      }
    }
    return order;
  }
}
