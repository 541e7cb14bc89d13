package ai.ipai.connectors.file;

import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that the parser's process says. It is not believed: whatever is malformed makes a
 * {@link BrokenFile}.
 */
record Frame(Kind kind, ByteBuffer content) {
  private static final int MOST_COLUMNS = 100_000;

  /** What it is about. */
  enum Kind {
    /** Names and types from here on. */
    COLUMNS('C'),
    /** Rows, ready for COPY. */
    CELLS('E'),
    /** Rows as values. */
    VALUES('V'),
    /** A sign of life. */
    TICK('T'),
    /** Everything that was given of this file does not count. */
    WITHDRAWN('W'),
    /** The file cannot be read to its end. */
    BROKEN('B'),
    /** The file was read to its end. */
    END('Z');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    char letter() {
      return letter;
    }

    static Kind of(int letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw malformed();
    }
  }

  List<SourceColumn> columns() {
    try {
      int count = count(MOST_COLUMNS);
      List<SourceColumn> columns = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = text();
        ColumnType type = ColumnType.valueOf(text());
        columns.add(new SourceColumn(name, type, text()));
      }
      return List.copyOf(columns);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw malformed();
    }
  }

  List<SourceRow> rows(List<SourceColumn> columns) {
    try {
      return kind == Kind.CELLS ? encoded(columns) : values(columns.size());
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw malformed();
    }
  }

  private EncodedRows encoded(List<SourceColumn> columns) {
    int rows = count(content.remaining() / 4);
    int[] ends = new int[rows];
    int before = 0;
    for (int i = 0; i < rows; i++) {
      ends[i] = content.getInt();
      if (ends[i] < before) {
        throw malformed();
      }
      before = ends[i];
    }
    if (before != content.remaining()) {
      throw malformed();
    }
    byte[] cells = new byte[content.remaining()];
    content.get(cells);
    return new EncodedRows(columns, cells, ends);
  }

  private List<SourceRow> values(int width) {
    int rows = count(content.remaining());
    List<SourceRow> values = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      values.add(SourceRow.present(ValueCodec.read(content, width)));
    }
    return values;
  }

  BrokenFile broken() {
    try {
      long line = content.getLong();
      return new BrokenFile(text(), line);
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      throw malformed();
    }
  }

  private int count(int most) {
    int count = content.getInt();
    if (count < 0 || count > most) {
      throw malformed();
    }
    return count;
  }

  private String text() {
    byte[] utf8 = new byte[count(content.remaining())];
    content.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static BrokenFile malformed() {
    return new BrokenFile("its parser said something senseless", 0);
  }
}
