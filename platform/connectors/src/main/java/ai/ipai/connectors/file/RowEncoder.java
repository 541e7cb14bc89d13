package ai.ipai.connectors.file;

import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.cell.NumericFormat;
import ai.ipai.spi.cell.QuickText;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of a file ready for COPY while they are read. A value that does not belong to
 * its column's type says that more of the file should have been seen: then {@link #isContradicted},
 * and nothing that was made counts. A record with a value that its column can never hold, such as
 * NUL, goes out as values.
 */
final class RowEncoder implements CellSink {
  private static final int NONE = -1;
  private static final int QUICK_DIGITS = 24;

  private final RowBlocks blocks;
  private final Map<String, ColumnType> declared;
  private final Map<String, ColumnType> landed;
  private final FileScan scan;
  private final List<ColumnPlan> columns = new ArrayList<>();
  private final CellWriter writer = new CellWriter();
  private final ByteSink fileCell = new ByteSink(256);
  private final ByteSink row = new ByteSink(1 << 12);
  private final byte[] digits = new byte[QUICK_DIGITS];
  private final ByteSink whole = new ByteSink(1 << 12);
  private final Map<Integer, Object> misfits = new TreeMap<>();
  private final Map<Integer, Late> late = new TreeMap<>();

  /** Where a known column stands among the known ones. */
  private int[] places = {};

  private int[] starts = {};
  private int[] ends = {};
  private int known;
  private int given;
  private boolean inOrder = true;
  private boolean isContradicted;

  /** A value of a column whose name is not known before the record's end. */
  private record Late(Object value, ColumnType seen) {}

  RowEncoder(RowBlocks blocks, ParseOrder order, FileScan scan) {
    this.blocks = blocks;
    this.declared = order.stream().types();
    this.landed = order.landed();
    this.scan = scan;
    fileCell.lengthAndText(order.path());
    scan.names().forEach(this::add);
    place();
  }

  private void add(String name) {
    int column = columns.size();
    String safe = FileScan.safe(name);
    columns.add(
        new ColumnPlan(
            safe, declared.get(name), landed.get(safe), scan.guesses().at(column), scan.isWhole()));
    if (column == starts.length) {
      places = Arrays.copyOf(places, column * 2 + 8);
      starts = Arrays.copyOf(starts, column * 2 + 8);
      ends = Arrays.copyOf(ends, column * 2 + 8);
    }
    starts[column] = NONE;
  }

  private void place() {
    int place = 0;
    for (int column = 0; column < columns.size(); column++) {
      places[column] = columns.get(column).isKnown() ? place++ : NONE;
    }
    known = place;
  }

  private boolean isKnown(int column) {
    return column < columns.size() && places[column] != NONE;
  }

  /** Whether a value was found, or skipped, that the type of its column does not fit. */
  boolean isContradicted() {
    return isContradicted || !columns.stream().allMatch(ColumnPlan::isTrue);
  }

  void announce() {
    blocks.columns(announced(ColumnPlan::isKnown));
  }

  /** With those of which no value was found. */
  void announceAll() {
    blocks.columns(announced(column -> true));
  }

  private List<SourceColumn> announced(Predicate<ColumnPlan> which) {
    return Stream.concat(
            FileScan.own().stream(),
            columns.stream().filter(which).map(c -> SourceColumn.of(c.name(), c.type())))
        .toList();
  }

  @Override
  public void text(int column, byte[] utf8, int from, int length) {
    if (length == 0) {
      none(column);
    } else if (!isKnown(column)) {
      String text = new String(utf8, from, length, StandardCharsets.UTF_8);
      late.put(column, new Late(text, TextType.of(utf8, from, length)));
    } else {
      begin(column);
      ColumnPlan plan = columns.get(column);
      if (!isQuick(plan, utf8, from, length)) {
        String text = new String(utf8, from, length, StandardCharsets.UTF_8);
        unusual(column, TextType.of(utf8, from, length), text);
      }
      ends[column] = row.length();
    }
  }

  private boolean isQuick(ColumnPlan plan, byte[] utf8, int from, int length) {
    int to = from + length;
    return switch (plan.type()) {
      case TEXT -> plan.takesAnyText() && row.tryText(utf8, from, length);
      case BIGINT -> QuickText.bigint(utf8, from, to, row);
      case NUMERIC -> QuickText.numeric(utf8, from, to, row);
      case BOOLEAN -> QuickText.bool(utf8, from, to, row);
      case DATE -> QuickText.date(utf8, from, to, row);
      case TIMESTAMP -> QuickText.timestamp(utf8, from, to, false, row);
      case TIMESTAMPTZ -> QuickText.timestamp(utf8, from, to, true, row);
      case DOUBLE, JSON, BYTES -> false;
    };
  }

  @Override
  public void string(int column, char[] chars, int from, int length) {
    if (isKnown(column) && columns.get(column).takesAnyText()) {
      begin(column);
      if (row.tryText(chars, from, length)) {
        ends[column] = row.length();
        return;
      }
    }
    value(column, new String(chars, from, length));
  }

  @Override
  public void whole(int column, long value) {
    ColumnType type = isKnown(column) ? columns.get(column).type() : ColumnType.TEXT;
    if (type == ColumnType.BIGINT || type == ColumnType.NUMERIC) {
      begin(column);
      if (type == ColumnType.BIGINT) {
        CellWriter.write(value, row);
      } else {
        NumericFormat.write(BigDecimal.valueOf(value), row);
      }
      ends[column] = row.length();
    } else {
      value(column, value);
    }
  }

  @Override
  public void decimal(int column, char[] chars, int from, int length) {
    if (isKnown(column) && columns.get(column).type() == ColumnType.NUMERIC) {
      begin(column);
      if (length <= digits.length) {
        for (int i = 0; i < length; i++) {
          // JSON has nothing but ASCII there.
          digits[i] = (byte) chars[from + i];
        }
        if (QuickText.numeric(digits, 0, length, row)) {
          ends[column] = row.length();
          return;
        }
      }
    }
    value(column, new BigDecimal(chars, from, length));
  }

  @Override
  public void value(int column, Object value) {
    ColumnType seen = TypeGuess.of(value);
    if (!isKnown(column)) {
      late.put(column, new Late(value, seen));
      return;
    }
    begin(column);
    unusual(column, seen, value);
    ends[column] = row.length();
  }

  @Override
  public void none(int column) {
    if (isKnown(column)) {
      begin(column);
      row.int32(NONE);
      ends[column] = row.length();
    } else if (!late.isEmpty()) {
      late.remove(column);
    }
  }

  private void begin(int column) {
    inOrder &= places[column] == given;
    given++;
    starts[column] = row.length();
    if (!misfits.isEmpty()) {
      misfits.remove(column);
    }
  }

  private void unusual(int column, ColumnType seen, Object value) {
    ColumnPlan plan = columns.get(column);
    if (isContradicted || !plan.admits(seen)) {
      isContradicted = true;
    } else if (writer.write(plan.type(), value, row) != null) {
      misfits.put(column, value);
    }
  }

  /** The record is complete; {@code names} are those of all columns by now. */
  void endRow(long line, List<String> names) {
    if (columns.size() < names.size() || !late.isEmpty()) {
      addLate(names);
    }
    if (!isContradicted) {
      assemble(line);
      if (misfits.isEmpty()) {
        blocks.add(whole);
      } else {
        blocks.addOdd(values());
      }
    }
    given = 0;
    inOrder = true;
    row.truncate(0);
    misfits.clear();
    Arrays.fill(starts, NONE);
  }

  private void addLate(List<String> names) {
    for (int column = columns.size(); column < names.size(); column++) {
      add(names.get(column));
    }
    late.forEach((column, value) -> columns.get(column).choose(value.seen()));
    place();
    late.forEach(
        (column, value) -> {
          begin(column);
          unusual(column, value.seen(), value.value());
          ends[column] = row.length();
        });
    inOrder = late.isEmpty() && inOrder;
    late.clear();
    announce();
  }

  private void assemble(long line) {
    whole.truncate(0);
    whole.bytes(fileCell.array(), 0, fileCell.length());
    CellWriter.write(line, whole);
    if (inOrder) {
      whole.bytes(row.array(), 0, row.length());
      for (int column = given; column < known; column++) {
        whole.int32(NONE);
      }
      return;
    }
    for (int column = 0; column < columns.size(); column++) {
      if (places[column] == NONE) {
        continue;
      }
      if (starts[column] == NONE) {
        whole.int32(NONE);
      } else {
        whole.bytes(row.array(), starts[column], ends[column] - starts[column]);
      }
    }
  }

  private @Nullable Object[] values() {
    ColumnType[] types =
        announced(ColumnPlan::isKnown).stream().map(SourceColumn::type).toArray(ColumnType[]::new);
    @Nullable Object[] values = EncodedRows.values(types, whole.array(), 0, whole.length());
    int own = FileScan.own().size();
    misfits.forEach((column, value) -> values[own + places[column]] = value);
    return values;
  }
}
