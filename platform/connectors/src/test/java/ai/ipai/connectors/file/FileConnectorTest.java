package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Reject;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.connector.Superseded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-030")
class FileConnectorTest {
  @TempDir Path folder;

  @Test
  void conclusionsAboutTypesAreConservative() throws Exception {
    write(
        "a.csv",
        """
        whole,zeros,decimal,mixed,day,zoned,flag,none,big
        1,007,1.50,1,2026-01-02,2026-01-02T03:04:05+08:00,true,,12345678901234567890
        -20,010,-0.5,x,2026-12-31,2026-01-02T03:04:05Z,false,,1
        """);
    assertThat(types(read(Map.of("glob", "*.csv"), null)))
        .containsEntry("whole", ColumnType.BIGINT)
        .containsEntry("zeros", ColumnType.TEXT)
        .containsEntry("decimal", ColumnType.NUMERIC)
        .containsEntry("mixed", ColumnType.TEXT)
        .containsEntry("day", ColumnType.DATE)
        .containsEntry("zoned", ColumnType.TIMESTAMPTZ)
        .containsEntry("flag", ColumnType.BOOLEAN)
        .containsEntry("none", ColumnType.TEXT)
        .containsEntry("big", ColumnType.TEXT);
  }

  @Test
  void raggedRowsQuotesSemicolonsAndByteOrderMarksAreRead() throws Exception {
    write(
        "b.csv",
        "\ufeffname;note\r\n"
            + "\"Müller; Söhne\";\"two\n"
            + "lines, \"\"quoted\"\"\"\r\n"
            + "short\r\n"
            + "long;x;surplus\r\n");
    List<RecordBatch> batches = read(Map.of("glob", "*.csv"), null);
    assertThat(rows(batches))
        .containsExactly(
            row("b.csv", 2L, "Müller; Söhne", "two\nlines, \"quoted\"", null),
            row("b.csv", 4L, "short", null, null),
            row("b.csv", 5L, "long", "x", "surplus"));
  }

  @Test
  void otherEncodingsAreReadWhenDeclaredAndRefusedWhenNot() throws Exception {
    Files.write(folder.resolve("c.csv"), "name\nKöln\n".getBytes(Charset.forName("windows-1252")));
    List<RecordBatch> undeclared = read(Map.of("glob", "*.csv"), null);
    assertThat(rejects(undeclared)).singleElement().extracting(Reject::source).isEqualTo("c.csv");
    assertThat(rejects(undeclared).getFirst().reason()).contains("encoding");
    assertThat(rows(read(Map.of("glob", "*.csv", "encoding", "windows-1252"), null)))
        .containsExactly(row("c.csv", 2L, "Köln"));
  }

  @Test
  void aBrokenFileIsLeftOutWholeAndTheOthersAreRead() throws Exception {
    write("a.ndjson", "{\"n\": 1}\n{\"n\": 2}\n");
    write("b.ndjson", "{\"n\": 3}\n{\"n\": \n");
    write("d.ndjson", "{\"n\": 4.10, \"o\": {\"p\": [1]}}\n");
    List<RecordBatch> batches = read(Map.of("glob", "*.ndjson"), null);
    assertThat(rejects(batches)).singleElement().extracting(Reject::source).isEqualTo("b.ndjson");
    assertThat(batches.stream().mapToInt(batch -> batch.rows().size()).sum()).isEqualTo(3);
  }

  @Test
  void filesAreReadOnceAndAgainWhenTheyChange() throws Exception {
    write("a.csv", "n\n1\n");
    Map<String, @Nullable Object> options = Map.of("glob", "*.csv");
    List<RecordBatch> first = read(options, null);
    Cursor cursor = first.getLast().after();
    assertThat(rows(read(options, cursor))).isEmpty();

    write("b.csv", "n\n2\n");
    List<RecordBatch> second = read(options, cursor);
    assertThat(rows(second)).containsExactly(row("b.csv", 2L, "2"));

    write("a.csv", "n\n3\n");
    List<RecordBatch> third = read(options, second.getLast().after());
    assertThat(rows(third)).containsExactly(row("a.csv", 2L, "3"));
    assertThat(third.getFirst().removal()).isEqualTo(new Superseded("_ipai_file", "a.csv"));
  }

  @Test
  void readingGoesOnInsideAFile() throws Exception {
    StringBuilder text = new StringBuilder("n\n");
    for (int i = 1; i <= 12_000; i++) {
      text.append(i).append('\n');
    }
    write("a.csv", text.toString());
    Map<String, @Nullable Object> options = Map.of("glob", "*.csv");
    List<RecordBatch> whole = read(options, null);
    assertThat(whole).hasSizeGreaterThan(2);
    List<RecordBatch> rest = read(options, whole.getFirst().after());
    assertThat(rows(rest)).isEqualTo(rows(whole.subList(1, whole.size())));
    assertThat(rest.getFirst().removal()).isNull();
  }

  @Test
  void aFileThatWasInterruptedGoesOnBeforeFilesThatSortFirst() throws Exception {
    write("b.csv", numbers(1, 12_000));
    Map<String, @Nullable Object> options = Map.of("glob", "*.csv");
    Cursor killed = read(options, null).getFirst().after();
    write("a.csv", "n\n0\n");
    List<RecordBatch> rest = read(options, killed);
    assertThat(rest).allSatisfy(batch -> assertThat(batch.removal()).isNull());
    assertThat(rows(rest)).hasSize(7_001).doesNotHaveDuplicates();
    assertThat(rows(read(options, rest.getLast().after()))).isEmpty();
  }

  @Test
  void whatAnInterruptedRunGaveOfAnotherVersionIsTakenBack() throws Exception {
    write("a.csv", numbers(1, 12_000));
    write("b.csv", "n\n0\n");
    Map<String, @Nullable Object> options = Map.of("glob", "*.csv");
    Cursor killed = read(options, null).getFirst().after();
    Superseded taken = new Superseded("_ipai_file", "a.csv");

    write("a.csv", "n\n7\n");
    List<RecordBatch> rewritten = read(options, killed);
    assertThat(rewritten.getFirst().removal()).isEqualTo(taken);
    assertThat(rows(rewritten))
        .containsExactlyInAnyOrder(row("a.csv", 2L, "7"), row("b.csv", 2L, "0"));

    Files.write(folder.resolve("a.csv"), new byte[] {'n', '\n', (byte) 0xff});
    List<RecordBatch> broken = read(options, killed);
    assertThat(broken.getFirst().removal()).isEqualTo(taken);
    assertThat(broken.getFirst().rejects()).hasSize(1);

    Files.delete(folder.resolve("a.csv"));
    List<RecordBatch> away = read(options, killed);
    assertThat(rows(away)).containsExactly(row("b.csv", 2L, "0"));
    write("a.csv", "n\n8\n");
    assertThat(read(options, away.getLast().after()).getFirst().removal()).isEqualTo(taken);
  }

  @Test
  void aChangeThatIsTakenBackHalfwayIsReadAgain() throws Exception {
    write("a.csv", "n\n1\n");
    Map<String, @Nullable Object> options = Map.of("glob", "*.csv");
    Cursor before = read(options, null).getLast().after();
    write("a.csv", numbers(2, 12_000));
    Cursor killed = read(options, before).getFirst().after();
    write("a.csv", "n\n1\n");
    List<RecordBatch> again = read(options, killed);
    assertThat(again.getFirst().removal()).isEqualTo(new Superseded("_ipai_file", "a.csv"));
    assertThat(rows(again)).containsExactly(row("a.csv", 2L, "1"));
  }

  @Test
  @Tag("REQ-CON-088")
  void aFileWithThousandsOfColumnsIsLeftOutAndTheOthersAreRead() throws Exception {
    String names = wide("c", ",");
    write("a.csv", "n\n1\n");
    write("b.csv", names + "\n" + names + "\n");
    write("c.csv", "n\n" + names + "\n");
    write("d.csv", "n\n2\n");
    List<RecordBatch> csv = read(Map.of("glob", "*.csv"), null);
    assertThat(rejects(csv)).extracting(Reject::source).containsExactly("b.csv", "c.csv");
    assertThat(rejects(csv)).allSatisfy(r -> assertThat(r.reason()).contains("1500 columns"));
    assertThat(rows(csv)).hasSize(2);
    write("a.ndjson", "{\"n\": 1}\n");
    write("b.ndjson", "{" + wide("\"c", "\": 1, ") + "\": 1}\n");
    write("c.ndjson", wide("{\"c", "\": 1}\n") + "\": 1}\n");
    List<RecordBatch> json = read(Map.of("glob", "*.ndjson"), null);
    assertThat(rejects(json)).extracting(Reject::source).containsExactly("b.ndjson", "c.ndjson");
    assertThat(rows(json)).hasSize(1);
    assertThat(rejects(read(Map.of("glob", "b.csv", "header", false), null))).hasSize(1);
  }

  private static String wide(String name, String between) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      names.add(name + i);
    }
    return String.join(between, names);
  }

  @Test
  @Tag("REQ-CON-088")
  void batchesAreBoundedByWhatTheyWeigh() throws Exception {
    StringBuilder text = new StringBuilder("n,big\n");
    for (int i = 0; i < 60; i++) {
      text.append(i).append(',').append("x".repeat(1 << 20)).append('\n');
    }
    write("a.csv", text.toString());
    List<RecordBatch> batches = read(Map.of("glob", "*.csv"), null);
    assertThat(count(batches)).isEqualTo(60);
    assertThat(batches).allSatisfy(batch -> assertThat(batch.rows()).hasSizeLessThan(26));
    List<RecordBatch> rest = read(Map.of("glob", "*.csv"), batches.getFirst().after());
    assertThat(count(rest)).isEqualTo(60 - batches.getFirst().rows().size());
  }

  private static String numbers(int from, int to) {
    StringBuilder text = new StringBuilder("n\n");
    for (int i = from; i <= to; i++) {
      text.append(i).append('\n');
    }
    return text.toString();
  }

  @Test
  @Tag("REQ-CON-031")
  void bombsAndDeepNestingAreRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1 << 20];
      java.util.Arrays.fill(zeros, (byte) 'a');
      gzip.write("n\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 20; i++) {
        gzip.write(zeros);
      }
    }
    Files.write(folder.resolve("bomb.csv.gz"), bytes.toByteArray());
    write("deep.json", "[".repeat(100_000));
    assertThat(rejects(read(Map.of("glob", "*.csv.gz"), null))).hasSize(1);
    assertThat(rejects(read(Map.of("glob", "*.json"), null))).hasSize(1);
  }

  @Test
  void parquetKeepsItsTypesAndDamageInsideIsNoticed() throws Exception {
    Path file = folder.resolve("a.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("set TimeZone = 'UTC'");
      statement.execute(
          """
          copy (select i::tinyint as tiny, i::uint64 + 18446744073709551000 as huge,
              (i / 4)::decimal(30, 2) as amount, i::float as real, i %% 2 = 0 as flag,
              date '2026-01-31' + i::integer as day, timestamp '2026-01-31 10:00:00.25' as at,
              timestamptz '2026-01-31 10:00:00+05:45' as zoned, {'a': [i, null]} as nested,
              'ab'::blob as bytes, uuid '00000000-0000-0000-0000-000000000001' as id,
              case when i > 0 then 'größe 名前' end as name
            from range(2) t(i)) to '%s' (format parquet)
          """
              .formatted(file));
      statement.execute(
          "copy (select 'word ' || hash(i) as h from range(300000) t(i)) to '%s' (compression zstd)"
              .formatted(folder.resolve("b.parquet")));
    }
    List<RecordBatch> batches = read(Map.of("glob", "a.parquet"), null);
    assertThat(types(batches))
        .containsEntry("tiny", ColumnType.BIGINT)
        .containsEntry("huge", ColumnType.NUMERIC)
        .containsEntry("real", ColumnType.DOUBLE)
        .containsEntry("at", ColumnType.TIMESTAMP)
        .containsEntry("zoned", ColumnType.TIMESTAMPTZ)
        .containsEntry("nested", ColumnType.JSON)
        .containsEntry("id", ColumnType.TEXT);
    List<String> rows =
        batches.stream()
            .flatMap(batch -> batch.rows().stream())
            .map(row -> IntStream.range(0, row.width()).mapToObj(row::value).toArray())
            .map(Arrays::deepToString)
            .toList();
    assertThat(rows)
        .containsExactly(
            "[a.parquet, 1, 0, 18446744073709551000, 0.00, 0.0, true, 2026-01-31,"
                + " 2026-01-31T10:00:00.250, 2026-01-31T04:15Z, JsonText[json={\"a\":[0,null]}],"
                + " [97, 98], 00000000-0000-0000-0000-000000000001, null]",
            "[a.parquet, 2, 1, 18446744073709551001, 0.25, 1.0, false, 2026-02-01,"
                + " 2026-01-31T10:00:00.250, 2026-01-31T04:15Z, JsonText[json={\"a\":[1,null]}],"
                + " [97, 98], 00000000-0000-0000-0000-000000000001, größe 名前]");
    byte[] bytes = Files.readAllBytes(folder.resolve("b.parquet"));
    int inside = bytes.length / 6 * 5;
    for (int at = inside; at < inside + 4_000; at++) {
      bytes[at] ^= 0x5a;
    }
    Files.write(folder.resolve("b.parquet"), bytes);
    List<RecordBatch> damaged = read(Map.of("glob", "b.parquet"), null);
    assertThat(rejects(damaged))
        .singleElement()
        .extracting(Reject::reason)
        .isIn("damaged", "not a readable Parquet file");
    assertThat(count(damaged)).isZero();
  }

  @Test
  @Tag("REQ-CON-032")
  void theExampleCompanysFilesAreReadInFull() {
    folder = Path.of(System.getProperty("ipai.root", "../.."), "examples/company/sources/files");
    List<RecordBatch> sales = read(Map.of("glob", "sales_*.parquet"), null);
    assertThat(types(sales))
        .containsEntry("store_sales", ColumnType.NUMERIC)
        .containsEntry("sale_date", ColumnType.DATE)
        .containsEntry("product_id", ColumnType.BIGINT);
    assertThat(count(sales)).isEqualTo(86_837);
    List<RecordBatch> expenses = read(Map.of("glob", "*.xlsx"), null);
    assertThat(types(expenses))
        .containsEntry("exp_date", ColumnType.DATE)
        .containsEntry("account_id", ColumnType.BIGINT)
        .containsEntry("account_description", ColumnType.TEXT);
    assertThat(count(expenses)).isEqualTo(2_400);
    assertThat(count(read(Map.of("glob", "customers*"), null))).isEqualTo(10_281);
    List<RecordBatch> products = read(Map.of("glob", "products*"), null);
    assertThat(types(products)).containsEntry("class", ColumnType.JSON);
    assertThat(count(products)).isEqualTo(1_560);
  }

  private static long count(List<RecordBatch> batches) {
    return batches.stream().mapToLong(batch -> batch.rows().size()).sum();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private List<RecordBatch> read(Map<String, @Nullable Object> options, @Nullable Cursor from) {
    ConnectorSettings settings =
        new ConnectorSettings(
            "files",
            Settings.of("test", Map.of("folder", folder.toString())),
            List.of(new ConnectorSettings.Selection("s", Settings.of("test", options))));
    ConnectorContext context =
        new ConnectorContext(name -> "", Clock.systemUTC(), new Cancellation(), folder);
    List<RecordBatch> batches = new ArrayList<>();
    try (Connector connector = new FileConnectorType().open(settings, context);
        BatchReader reader =
            connector.open(
                new StreamRequest(
                    "s", from == null ? ReadMode.SNAPSHOT : ReadMode.CHANGES, from))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static List<Reject> rejects(List<RecordBatch> batches) {
    return batches.stream().flatMap(batch -> batch.rejects().stream()).toList();
  }

  private static Map<String, ColumnType> types(List<RecordBatch> batches) {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    for (SourceColumn column : batches.getFirst().columns()) {
      types.put(column.name(), column.type());
    }
    return types;
  }

  private static List<List<@Nullable Object>> rows(List<RecordBatch> batches) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (RecordBatch batch : batches) {
      for (SourceRow row : batch.rows()) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < row.width(); i++) {
          values.add(row.value(i));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  private static List<@Nullable Object> row(@Nullable Object... values) {
    List<@Nullable Object> row = new ArrayList<>();
    for (Object value : values) {
      row.add(value);
    }
    return row;
  }
}
