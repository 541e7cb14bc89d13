package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read is what another reader of CSV reads, however the bytes arrive. */
@Tag("REQ-CON-030")
class CsvScannerTest {
  private static final int TEXTS = Boolean.getBoolean("ipai.test.all") ? 200_000 : 20_000;
  private static final String[] PIECES = {
    "\"", "\"\"", ",", "\n", "\r", "\r\n", "a", "bc", " ", "ü", "名", "🦆", "1.5", "§"
  };
  private static final String BROKEN = "broken";

  @Test
  void recordsFieldsAndLinesAreThoseOfAnotherReader() throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    int broken = 0;
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(14); piece > 0; piece--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      char delimiter = i % 4 == 0 ? '§' : ',';
      // It takes a quote that nothing closes for closed by the end, and there goes the file's rest.
      boolean isCutOff = !theirs(text + "\nend", delimiter).getLast().endsWith(" [end]");
      List<String> expected = theirs(text.toString(), delimiter);
      if (isCutOff && !expected.contains(BROKEN)) {
        expected.set(expected.size() - 1, BROKEN);
      }
      assertThat(ours(text.toString(), delimiter, 1 + random.nextInt(7)))
          .as("%s", text.toString().replace("\r", "\\r").replace("\n", "\\n"))
          .isEqualTo(expected);
      broken += expected.contains(BROKEN) ? 1 : 0;
    }
    assertThat(broken).isBetween(1, TEXTS / 2);
  }

  private static List<String> theirs(String text, char delimiter) throws IOException {
    List<String> records = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .skipEmptyLines(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(text)) {
      for (CsvRecord each : reader) {
        records.add(each.getStartingLineNumber() + " " + each.getFields());
      }
    } catch (CsvParseException e) {
      records.add(BROKEN);
    }
    return records;
  }

  private static List<String> ours(String text, char delimiter, int most) throws IOException {
    List<String> records = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try (CsvScanner scanner =
        new CsvScanner(
            new Dripping(new ByteArrayInputStream(utf8), most),
            Character.toString(delimiter).getBytes(StandardCharsets.UTF_8))) {
      while (scanner.next(
          (index, bytes, from, length) ->
              fields.add(new String(bytes, from, length, StandardCharsets.UTF_8)))) {
        records.add(scanner.line() + " " + fields);
        fields.clear();
      }
    } catch (BrokenFile e) {
      records.add(BROKEN);
    }
    return records;
  }

  @Test
  void aFieldMayBeLongerThanTheBuffer() throws Exception {
    String field = "x\"\"\n".repeat(100_000);
    List<String> read = ours("a,\"" + field + "\",b\nc\n", ',', 1 << 14);
    assertThat(read).containsExactly("1 [a, " + field.replace("\"\"", "\"") + ", b]", "100002 [c]");
  }

  @Test
  void whatTheJdkTakesForUtf8IsUtf8() throws Exception {
    SplittableRandom random = new SplittableRandom(8);
    int[] edges = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf};
    int[] more = {0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    int good = 0;
    for (int i = 0; i < TEXTS; i++) {
      byte[] bytes = new byte[random.nextInt(1, 13)];
      for (int at = 0; at < bytes.length; at++) {
        int pick = random.nextInt(edges.length + more.length);
        bytes[at] = (byte) (pick < edges.length ? edges[pick] : more[pick - edges.length]);
      }
      boolean expected = isUtf8(bytes);
      assertThat(passes(bytes, random.nextInt(bytes.length))).isEqualTo(expected);
      good += expected ? 1 : 0;
    }
    assertThat(good).isPositive();
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean passes(byte[] bytes, int cut) {
    try {
      Utf8Check check = new Utf8Check();
      check.add(bytes, 0, cut);
      check.add(bytes, cut, bytes.length - cut);
      check.end();
      return true;
    } catch (MalformedInputException e) {
      return false;
    }
  }

  @Test
  void otherEncodingsBecomeUtf8HoweverPairsAreCut() throws Exception {
    String text = "ü🦆".repeat(6_000) + "x🦆".repeat(6_000);
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      try (InputStream in =
          new Utf8Stream(
              new Dripping(new ByteArrayInputStream(text.getBytes(charset)), 999), charset)) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
      }
    }
    byte[] half = {0, (byte) 0xd8, 'a', 0};
    try (InputStream in =
        new Utf8Stream(new ByteArrayInputStream(half), StandardCharsets.UTF_16LE)) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(CharacterCodingException.class);
    }
  }

  /** Gives few bytes at a time. */
  private static final class Dripping extends FilterInputStream {
    private final int most;

    Dripping(InputStream in, int most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return super.read(bytes, offset, Math.min(most, length));
    }
  }
}
