package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Landing;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.Withdrawn;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three ways to read a file, one of them at once and unseen, give the same types and values. */
@Tag("REQ-CON-053")
class EncodedFilesTest {
  private static final int FILES = Boolean.getBoolean("ipai.test.all") ? 400 : 40;
  private static final int FAR = 10_500;
  private static final List<String> ODD =
      List.of(
          "",
          "",
          "1",
          "-1",
          "0",
          "-0",
          "007",
          "1.50",
          "-0.00",
          "12345678901234567890",
          "1e5",
          "+1",
          "true",
          "false",
          "2026-02-28",
          "2026-02-30",
          "2026-01-02T03:04:05",
          "2026-01-02 03:04",
          "2026-01-02T03:04:05Z",
          "2026-01-02T03:04:05.123456+05:45",
          "0000-01-01",
          "x",
          "Größe 名前 🦆",
          "a\u0000b",
          "\"\"quoted\"\"",
          "999999999999999999");
  private static final List<String> JSON =
      List.of(
          "null",
          "1",
          "-0",
          "1.50",
          "-0.0",
          "1e5",
          "1e400",
          "12345678901234567890",
          "true",
          "\"x\"",
          "\"\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "{\"a\": [1, null]}",
          "[\"\\u0000\"]",
          "\"2026-02-28\"");

  @TempDir Path folder;

  /** All of them: how a table would look in the end. */
  private record Read(Map<String, ColumnType> types, List<String> rows, int withdrawals) {}

  @Test
  void everyWayGivesTheSameTypesAndValues() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    int withdrawn = 0;
    for (int i = 0; i < FILES; i++) {
      boolean isJson = i % 3 == 2;
      String name = "f" + i + (isJson ? ".ndjson" : ".csv");
      Files.writeString(folder.resolve(name), isJson ? json(random) : csv(random));
      Read plain = read(name, Landing.PLAIN, Map.of());
      Read cells = read(name, new Landing(Map.of(), true, false), Map.of());
      Read atOnce = read(name, new Landing(Map.of(), true, true), Map.of());
      assertThat(cells.types()).as(name).isEqualTo(plain.types());
      assertThat(cells.rows()).as(name).isEqualTo(plain.rows());
      assertThat(atOnce.types()).as(name).isEqualTo(plain.types());
      assertThat(atOnce.rows()).as(name).isEqualTo(plain.rows());
      withdrawn += atOnce.withdrawals();
    }
    assertThat(withdrawn).as("files that said something else later on").isPositive();
  }

  @Test
  void whatTheTableHasAndWhatIsDeclaredIsHeeded() throws Exception {
    Files.writeString(folder.resolve("a.csv"), "n,z,none,day\n5,07,,2026-01-02\n-0.50,1,,\n");
    Landing wide =
        new Landing(
            Map.of("n", ColumnType.TEXT, "none", ColumnType.NUMERIC, "day", ColumnType.TIMESTAMP),
            true,
            true);
    Read read = read("a.csv", wide, Map.of("z", "bigint"));
    assertThat(read.types())
        .containsEntry("n", ColumnType.TEXT)
        .containsEntry("z", ColumnType.BIGINT)
        .containsEntry("none", ColumnType.NUMERIC)
        .containsEntry("day", ColumnType.TIMESTAMP);
    assertThat(read.rows())
        .containsExactly("day=2026-01-02T00:00 n=5 z=misfit 07 ", "n=-0.50 z=1 ");
  }

  @Test
  void readingGoesOnInsideAFileThatIsReadAtOnce() throws Exception {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 0; i < 60_000; i++) {
      text.append(i).append(",some text that takes some room ").append(i).append('\n');
    }
    Files.writeString(folder.resolve("big.csv"), text);
    List<RecordBatch> whole = batches("big.csv", new Landing(Map.of(), true, true), Map.of(), 0);
    assertThat(whole).hasSizeGreaterThan(3);
    long given = 0;
    for (int stored = 1; stored < whole.size(); stored++) {
      given += whole.get(stored - 1).rows().size();
      List<RecordBatch> all = new ArrayList<>(whole.subList(0, stored));
      all.addAll(batches("big.csv", new Landing(types(all), true, true), Map.of(), given));
      assertThat(table(all)).isEqualTo(table(whole));
    }
  }

  private static String csv(SplittableRandom random) {
    int width = 1 + random.nextInt(8);
    int rows = random.nextInt(3) == 0 ? FAR + random.nextInt(2_000) : random.nextInt(50);
    StringBuilder text = new StringBuilder();
    List<List<String>> usual = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      text.append(c == 0 ? "" : ",").append("c").append(c);
      String one = ODD.get(random.nextInt(ODD.size()));
      usual.add(List.of(one, random.nextInt(3) == 0 ? ODD.get(random.nextInt(ODD.size())) : one));
    }
    text.append('\n');
    for (int r = 0; r < rows; r++) {
      int cells = random.nextInt(200) == 0 ? random.nextInt(width + 3) + 1 : width;
      for (int c = 0; c < cells; c++) {
        boolean isOdd = r > FAR ? random.nextInt(3_000) == 0 : random.nextInt(80_000) == 0;
        String value =
            isOdd || c >= width
                ? ODD.get(random.nextInt(ODD.size()))
                : usual.get(c).get(random.nextInt(2));
        text.append(c == 0 ? "" : ",").append('"').append(value).append('"');
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String json(SplittableRandom random) {
    int width = 1 + random.nextInt(6);
    int rows = random.nextInt(2) == 0 ? FAR + random.nextInt(2_000) : random.nextInt(50);
    List<String> usual = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      usual.add(JSON.get(random.nextInt(JSON.size())));
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows; r++) {
      text.append('{');
      int first = random.nextInt(50) == 0 ? random.nextInt(width) : 0;
      for (int c = 0; c < width; c++) {
        int column = (c + first) % width;
        boolean isOdd = r > FAR ? random.nextInt(3_000) == 0 : random.nextInt(80_000) == 0;
        String name = isOdd && random.nextBoolean() ? "late" + column : "c" + column;
        text.append(c == 0 ? "" : ", ")
            .append('"')
            .append(name)
            .append("\": ")
            .append(isOdd ? JSON.get(random.nextInt(JSON.size())) : usual.get(column));
      }
      text.append("}\n");
    }
    return text.toString();
  }

  private Read read(String name, Landing landing, Map<String, String> types) throws Exception {
    return table(batches(name, landing, types, 0));
  }

  /** What the parser says about a file, asked in this process. */
  private List<RecordBatch> batches(
      String name, Landing landing, Map<String, String> types, long skipped) throws Exception {
    ParseOrder.Mode mode =
        landing.withdrawable()
            ? ParseOrder.Mode.CELLS_AT_ONCE
            : landing.encoded() ? ParseOrder.Mode.CELLS : ParseOrder.Mode.VALUES;
    FileStream stream =
        FileStream.of("s", Settings.of("test", Map.of("glob", name, "types", types)));
    ParseOrder order =
        new ParseOrder(folder.resolve(name), name, stream, mode, landing.types(), skipped);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    new FileParse(ParseOrder.parse(order.json()), new FrameWriter(said)).run();
    List<RecordBatch> batches = new ArrayList<>();
    List<SourceColumn> columns = List.of();
    ByteBuffer left = ByteBuffer.wrap(said.toByteArray());
    while (left.hasRemaining()) {
      byte[] content = new byte[left.getInt() - 1];
      Frame.Kind kind = Frame.Kind.of(left.get());
      left.get(content);
      Frame frame = new Frame(kind, ByteBuffer.wrap(content));
      switch (kind) {
        case COLUMNS -> columns = frame.columns();
        case CELLS, VALUES ->
            batches.add(RecordBatch.of(columns, frame.rows(columns), new Cursor("{}")));
        case WITHDRAWN ->
            batches.add(
                new RecordBatch(
                    FileScan.own(),
                    List.of(),
                    new Withdrawn(FileScan.FILE, name, true),
                    List.of(),
                    new Cursor("{}")));
        case END -> batches.add(RecordBatch.of(columns, List.of(), new Cursor("{}")));
        case BROKEN -> throw frame.broken();
        case TICK -> {}
      }
    }
    return batches;
  }

  private static Map<String, ColumnType> types(List<RecordBatch> batches) {
    Map<String, ColumnType> types = new TreeMap<>();
    for (RecordBatch batch : batches) {
      for (SourceColumn column : batch.columns()) {
        types.merge(column.name(), column.type(), ColumnType::widenedBy);
      }
    }
    return types;
  }

  private static Read table(List<RecordBatch> batches) {
    Map<String, ColumnType> types = types(batches);
    List<String> rows = new ArrayList<>();
    int withdrawals = 0;
    for (RecordBatch batch : batches) {
      assertThat(batch.rejects()).isEmpty();
      if (batch.removal() instanceof Withdrawn) {
        rows.clear();
        withdrawals++;
      }
      for (SourceRow row : batch.rows()) {
        rows.add(text(batch.columns(), row, types));
      }
    }
    return new Read(types, rows, withdrawals);
  }

  /** As it would land: by the loader's own conversion, nulls left out. */
  private static String text(
      List<SourceColumn> columns, SourceRow row, Map<String, ColumnType> types) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      Object value = row.value(i);
      ColumnType type = Objects.requireNonNull(types.get(name));
      if (value != null && !name.startsWith("_ipai_")) {
        ByteSink cell = new ByteSink(64);
        boolean isMisfit = new CellWriter().write(type, value, cell) != null;
        Object landed =
            EncodedRows.values(new ColumnType[] {type}, cell.array(), 0, cell.length())[0];
        values.put(name, isMisfit ? "misfit " + value : String.valueOf(landed));
      }
    }
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append(name).append('=').append(value).append(' '));
    return text.toString();
  }
}
