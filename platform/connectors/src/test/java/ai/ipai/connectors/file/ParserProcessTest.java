package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Landing;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Reject;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.connector.Withdrawn;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Promise 18: whatever a file does to its parser, only that file is left out. */
@Tag("REQ-CON-050")
class ParserProcessTest {
  private static final ParserLimits TIGHT =
      new ParserLimits(48, 400, Duration.ofSeconds(3), Duration.ofSeconds(60));
  private static final ParserProgram SCRIPTED =
      new ParserProgram(ScriptedParser.class.getName(), TIGHT);
  private static final ParserProgram REAL =
      new ParserProgram(
          ParserMain.class.getName(),
          new ParserLimits(48, 400, Duration.ofSeconds(30), Duration.ofSeconds(60)));

  @TempDir Path folder;
  private final Cancellation cancellation = new Cancellation();

  @Test
  void aParserThatHangsDiesLiesOrEatsAllMemoryCostsOnlyItsFile() throws Exception {
    for (String name : List.of("a", "dies", "eats", "hangs", "lies", "z")) {
      Files.writeString(folder.resolve(name + ".csv"), "n\n1\n2\n");
    }
    List<RecordBatch> batches = read(SCRIPTED, "*.csv");
    assertThat(rejects(batches))
        .extracting(reject -> reject.source() + ": " + reject.reason())
        .containsExactly(
            "dies.csv: its parser ended with code 139",
            "eats.csv: needs more memory to be parsed than the 48 MB there are; split it, or"
                + " deliver it as CSV",
            "hangs.csv: no progress after 3 s of parsing",
            "lies.csv: its parser said something senseless");
    assertThat(rows(batches)).isEqualTo(4);
    assertNothingIsLeftRunning();
  }

  @Test
  void oneThatAlwaysSeemsToGetOnEndsWithItsProcessorTime() throws Exception {
    Files.writeString(folder.resolve("works.csv"), "n\n1\n");
    ParserLimits brief = new ParserLimits(48, 400, Duration.ofSeconds(30), Duration.ofSeconds(2));
    List<RecordBatch> batches =
        read(new ParserProgram(ScriptedParser.class.getName(), brief), "*.csv");
    assertThat(rejects(batches))
        .singleElement()
        .extracting(Reject::reason)
        .asString()
        .contains("processor time");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itIsToldNothingOfThePlatform() throws Exception {
    Files.writeString(folder.resolve("tells.csv"), "n\n1\n");
    List<String> known;
    try (Connector connector = open(SCRIPTED, "*.csv")) {
      known = connector.discover().getFirst().columns().stream().map(SourceColumn::name).toList();
    }
    assertThat(known)
        .isSubsetOf(
            "LC_ALL",
            "MALLOC_ARENA_MAX",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "Max core file size 0 0 bytes ",
            "Max file size 204800000 204800000 bytes ");
    assertThat(known).contains("Max core file size 0 0 bytes ");
  }

  @Test
  void aWorkbookWhoseTextsDoNotFitInMemoryIsLeftOut() throws Exception {
    workbookOfManyTexts(folder.resolve("huge.xlsx"));
    Files.writeString(folder.resolve("small.csv"), "n\n1\n");
    assertThat(rejects(read(REAL, "*.xlsx")))
        .singleElement()
        .satisfies(
            reject -> {
              assertThat(reject.source()).isEqualTo("huge.xlsx");
              assertThat(reject.reason()).contains("needs more memory").contains("split it");
            });
    assertThat(rows(read(REAL, "*.csv"))).isEqualTo(1);
    assertNothingIsLeftRunning();
  }

  @Test
  void aZipBombInsideAWorkbookIsLeftOut() throws Exception {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("bomb.xlsx")))) {
      beginWorkbook(zip);
      zip.putNextEntry(new ZipEntry("xl/sharedStrings.xml"));
      zip.write("<sst><si><t>".getBytes(StandardCharsets.UTF_8));
      byte[] blank = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 300; i++) {
        zip.write(blank);
      }
      zip.write("</t></si></sst>".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    assertThat(rejects(read(REAL, "*.xlsx"))).hasSize(1);
  }

  @Test
  void aParquetFileOfEndlessRepetitionIsLeftOut() throws Exception {
    String columns =
        IntStream.range(0, 40).mapToObj(i -> "'x' as c" + i).collect(Collectors.joining(", "));
    parquet("bomb.parquet", "select " + columns + " from range(2000000)");
    parquet("small.parquet", "select 8 as a");
    List<RecordBatch> batches = read(ParserProgram.usual(), "*.parquet");
    assertThat(rejects(batches))
        .singleElement()
        .satisfies(
            reject -> {
              assertThat(reject.source()).isEqualTo("bomb.parquet");
              assertThat(reject.reason()).contains("unpacks to far more");
            });
    assertThat(rows(batches)).isEqualTo(1);
  }

  /** Its rows are few, and their values are long: only writing them shows what it is. */
  @Test
  void whatWasGivenOfABombIsTakenBack() throws Exception {
    parquet("bomb.parquet", "select repeat('x', 1000) as a, i as b from range(400000) t(i)");
    Files.writeString(folder.resolve("c.csv"), "b\n1\n");
    for (Landing landing :
        List.of(
            Landing.PLAIN, new Landing(Map.of(), true, false), new Landing(Map.of(), true, true))) {
      List<RecordBatch> batches = read(ParserProgram.usual(), "{bomb.parquet,c.csv}", landing);
      assertThat(rejects(batches))
          .singleElement()
          .satisfies(reject -> assertThat(reject.source()).isEqualTo("bomb.parquet"));
      assertThat(batches.stream().map(RecordBatch::removal).filter(Objects::nonNull))
          .containsExactly(
              landing.withdrawable()
                  ? new Withdrawn(FileScan.FILE, "bomb.parquet", true)
                  : new Superseded(FileScan.FILE, "bomb.parquet"));
      assertThat(batches.getLast().columns()).extracting(SourceColumn::name).contains("b");
    }
  }

  private void parquet(String name, String query) throws Exception {
    Path file = folder.resolve(name);
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("set memory_limit = '300MB'");
      statement.execute("copy (" + query + ") to '" + file + "' (format parquet)");
    }
    assertThat(Files.size(file)).as("a small file").isLessThan(2 << 20);
  }

  @Test
  void aLineOfAGigabyteIsLeftOut() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("long.csv").toFile(), "rw")) {
      file.write("n\n1\n".getBytes(StandardCharsets.UTF_8));
      // Takes no room: what is between is a hole, of zeros.
      file.seek(1L << 30);
      file.write('\n');
    }
    Files.writeString(folder.resolve("long.ndjson"), "{\"n\": \"" + "x".repeat(40 << 20) + "\"}\n");
    Files.writeString(folder.resolve("z.csv"), "n\n2\n");
    List<RecordBatch> batches = read(ParserProgram.usual(), "*.{csv,ndjson}");
    assertThat(rejects(batches))
        .extracting(Reject::source)
        .containsExactly("long.csv", "long.ndjson");
    assertThat(rejects(batches).getFirst().facts()).containsEntry("line", "3");
    assertThat(rows(batches)).isEqualTo(1);
    assertNothingIsLeftRunning();
  }

  @Test
  void jsonThatIsNestedWithoutEndIsLeftOut() throws Exception {
    for (String open : List.of("[", "{\"a\":", "[{\"a\":")) {
      Files.writeString(folder.resolve("deep.json"), open.repeat(2_000_000));
      Files.writeString(folder.resolve("inside.json"), "[{\"n\":" + open.repeat(2_000_000));
      Files.writeString(folder.resolve("z.json"), "[{\"n\": 1}]");
      List<RecordBatch> batches = read(REAL, "*.json");
      assertThat(rejects(batches))
          .extracting(Reject::source)
          .containsExactly("deep.json", "inside.json");
      assertThat(rows(batches)).isEqualTo(1);
    }
  }

  /** Memory beside the Java heap counts too. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatAParserTakesIsWatchedFromOutside() throws Exception {
    Files.writeString(folder.resolve("eats.csv"), "n\n1\n");
    Files.writeString(folder.resolve("z.csv"), "n\n1\n");
    ParserLimits wide =
        new ParserLimits(4_000, 200, Duration.ofSeconds(30), Duration.ofSeconds(60));
    List<RecordBatch> batches =
        read(new ParserProgram(ScriptedParser.class.getName(), wide), "*.csv");
    assertThat(rejects(batches))
        .singleElement()
        .extracting(Reject::reason)
        .asString()
        .contains("needs more memory");
    assertThat(rows(batches)).isEqualTo(1);
  }

  @Test
  void aRunIsCancelledWhileAParserHangs() throws Exception {
    Files.writeString(folder.resolve("hangs.csv"), "n\n1\n");
    Thread canceller =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  awaitParser();
                  cancellation.request();
                });
    try (Connector connector = open(SCRIPTED, "*.csv");
        BatchReader reader = connector.open(new StreamRequest("s", ReadMode.SNAPSHOT, null))) {
      canceller.start();
      long start = System.nanoTime();
      assertThatThrownBy(reader::next)
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.CANCELLED));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIGHT.stall());
    }
    canceller.join();
    assertNothingIsLeftRunning();
  }

  @Test
  void aParserThatCannotStartIsNotTheFilesFault() throws Exception {
    Files.writeString(folder.resolve("a.csv"), "n\n1\n");
    ParserProgram none = new ParserProgram("ai.ipai.no.such.Program", TIGHT);
    assertThatThrownBy(() -> read(none, "*.csv"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ConnectorErrors.PROCESS);
              assertThat(e.hint()).contains("300 MB").contains("doctor");
              assertThat(e.facts().get("said")).contains("ai.ipai.no.such.Program");
            });
    assertNothingIsLeftRunning();
  }

  @Test
  void theDoctorsTrialLeavesNothingBehind() {
    FileConnectorType.tryParser();
    assertNothingIsLeftRunning();
  }

  private void awaitParser() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (parsers().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  /** Other tests of this process leave a server running for those after them. */
  private static List<ProcessHandle> parsers() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> !child.info().command().orElse("").endsWith("/postgres"))
        .toList();
  }

  private static void assertNothingIsLeftRunning() {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!parsers().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(parsers()).isEmpty();
  }

  private static void beginWorkbook(ZipOutputStream zip) throws IOException {
    Map<String, String> parts =
        Map.of(
            "[Content_Types].xml",
            """
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Default Extension="xml" ContentType="application/xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
            <Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
            </Types>\
            """,
            "_rels/.rels",
            """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
            </Relationships>\
            """,
            "xl/_rels/workbook.xml.rels",
            """
            <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
            <Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>
            </Relationships>\
            """,
            "xl/workbook.xml",
            """
            <workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
            <sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>\
            """,
            "xl/worksheets/sheet1.xml",
            """
            <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>\
            """);
    for (Map.Entry<String, String> part : parts.entrySet()) {
      zip.putNextEntry(new ZipEntry(part.getKey()));
      zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
  }

  /** Honest, and 30 MB of different texts. */
  private static void workbookOfManyTexts(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      beginWorkbook(zip);
      zip.putNextEntry(new ZipEntry("xl/sharedStrings.xml"));
      StringBuilder text =
          new StringBuilder(
              "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
                  + " count=\"700000\" uniqueCount=\"700000\">");
      java.util.SplittableRandom random = new java.util.SplittableRandom(3);
      for (int i = 0; i < 700_000; i++) {
        text.append("<si><t>")
            .append(Long.toHexString(random.nextLong()))
            .append(Long.toHexString(random.nextLong()))
            .append("</t></si>");
        if (text.length() > 1 << 20) {
          zip.write(text.toString().getBytes(StandardCharsets.UTF_8));
          text.setLength(0);
        }
      }
      zip.write(text.append("</sst>").toString().getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
  }

  private Connector open(ParserProgram program, String glob) {
    return new FileConnectorType(program)
        .open(
            new ConnectorSettings(
                "files",
                Settings.of("test", Map.of("folder", folder.toString())),
                List.of(
                    new ConnectorSettings.Selection(
                        "s", Settings.of("test", Map.of("glob", glob))))),
            new ConnectorContext(name -> "", Clock.systemUTC(), cancellation, folder));
  }

  private List<RecordBatch> read(ParserProgram program, String glob) {
    return read(program, glob, Landing.PLAIN);
  }

  private List<RecordBatch> read(ParserProgram program, String glob, Landing landing) {
    List<RecordBatch> batches = new ArrayList<>();
    try (Connector connector = open(program, glob);
        BatchReader reader =
            connector.open(new StreamRequest("s", ReadMode.SNAPSHOT, null, null, landing))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static List<Reject> rejects(List<RecordBatch> batches) {
    return batches.stream().flatMap(batch -> batch.rejects().stream()).toList();
  }

  private static long rows(List<RecordBatch> batches) {
    return batches.stream().mapToLong(batch -> batch.rows().size()).sum();
  }
}
