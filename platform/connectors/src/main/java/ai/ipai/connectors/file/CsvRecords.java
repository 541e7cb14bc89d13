package ai.ipai.connectors.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text. A byte order mark decides the encoding, else the settings do; bytes that are none
 * of it break the file. Rows may be shorter or longer than the header: missing values are null,
 * surplus ones get columns {@code column_<n>}. An empty value is null.
 */
final class CsvRecords implements Records {
  private static final int SNIFFED_BYTES = 1 << 16;

  private final CsvRow row = new CsvRow();
  private final CsvScanner scanner;
  private final List<String> columns = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private boolean isPending;
  private long line;

  CsvRecords(InputStream in, FileStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, SNIFFED_BYTES * 2);
    Charset charset = byteOrderMark(buffered, stream.encoding());
    char delimiter = stream.delimiter().orElseGet(() -> sniff(buffered, charset));
    InputStream text =
        charset.equals(StandardCharsets.UTF_8) ? buffered : new Utf8Stream(buffered, charset);
    scanner = new CsvScanner(text, Character.toString(delimiter).getBytes(StandardCharsets.UTF_8));
    begin(stream.header());
  }

  private void begin(boolean header) {
    isPending = read();
    if (isPending && header) {
      for (Object name : row.fields()) {
        addColumn(name == null ? "" : name.toString());
      }
      isPending = false;
    }
  }

  private void addColumn(String name) {
    Records.requireWidth(columns.size() + 1, line);
    String plain = name.strip().isEmpty() ? "column_" + (columns.size() + 1) : name.strip();
    String unique = plain;
    for (int i = 2; !names.add(unique); i++) {
      unique = plain + "_" + i;
    }
    columns.add(unique);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Object @Nullable [] next() {
    row.keep();
    if (!advance()) {
      return null;
    }
    return row.fields();
  }

  @Override
  public boolean next(CellSink sink) {
    if (isPending) {
      return Records.super.next(sink);
    }
    row.giveTo(sink);
    return advance();
  }

  @Override
  public boolean look(TypeGuesses guesses) {
    if (isPending) {
      return Records.super.look(guesses);
    }
    row.lookOnly(guesses);
    return advance();
  }

  private boolean advance() {
    boolean has = isPending || read();
    isPending = false;
    if (has) {
      line = scanner.line();
      while (columns.size() < row.count()) {
        addColumn("");
      }
    }
    return has;
  }

  private boolean read() {
    try {
      return scanner.next(row);
    } catch (IOException e) {
      throw FileFailures.of(e, line + 1);
    }
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public boolean isText() {
    return true;
  }

  private static Charset byteOrderMark(BufferedInputStream in, Charset otherwise)
      throws IOException {
    in.mark(4);
    byte[] start = in.readNBytes(3);
    in.reset();
    if (start.length == 3
        && start[0] == (byte) 0xef
        && start[1] == (byte) 0xbb
        && start[2] == (byte) 0xbf) {
      in.skipNBytes(3);
      return StandardCharsets.UTF_8;
    }
    if (start.length >= 2 && start[0] == (byte) 0xff && start[1] == (byte) 0xfe) {
      in.skipNBytes(2);
      return StandardCharsets.UTF_16LE;
    }
    if (start.length >= 2 && start[0] == (byte) 0xfe && start[1] == (byte) 0xff) {
      in.skipNBytes(2);
      return StandardCharsets.UTF_16BE;
    }
    return otherwise;
  }

  /** The one of four usual separators that the first line has most of, outside quotes. */
  private static char sniff(BufferedInputStream in, Charset charset) {
    try {
      in.mark(SNIFFED_BYTES);
      String start = new String(in.readNBytes(SNIFFED_BYTES), charset);
      in.reset();
      String unquoted = start.replaceAll("\"[^\"]*\"", "");
      String first = unquoted.lines().findFirst().orElse("");
      char best = ',';
      for (char candidate : new char[] {';', '\t', '|'}) {
        if (count(first, candidate) > count(first, best)) {
          best = candidate;
        }
      }
      return best;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long count(String text, char c) {
    return text.chars().filter(each -> each == c).count();
  }

  @Override
  public void close() {
    try {
      scanner.close();
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
