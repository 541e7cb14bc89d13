package ai.ipai.testing.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every connector has to hold. A subclass says how to open it and what its source can be made
 * to do; what it cannot do is skipped by name. Each test gets a source in the same state: set it up
 * in a {@code @BeforeEach}.
 */
public abstract class ConnectorContractTest {
  private static final boolean ALL = Boolean.getBoolean("ipai.test.all");
  private static final int RESUMED = 8;
  private static final int MOST_CURSOR_CHARS = 64_000;
  private static final long IN_THE_MIDDLE_MILLIS = 300;
  private static final String SECRET = "canary-secret-5c1f";

  private Cancellation cancellation = new Cancellation();

  protected abstract ConnectorType type();

  /** Settings with which all works. Secrets resolve to what {@link #secret} says. */
  protected abstract ConnectorSettings settings();

  /** Each wrong in one way, by the name of the setting that is wrong. */
  protected abstract Map<String, ConnectorSettings> wrongSettings();

  /** A stream with rows in several batches, if the source can be made to give several. */
  protected abstract String stream();

  protected Path workspace() {
    return Path.of(".");
  }

  protected String secret(String reference) {
    return SECRET;
  }

  /** Changes some rows and adds some at the source; false if that cannot be. */
  protected boolean change() throws Exception {
    return false;
  }

  /** Deletes a row at the source; false if that cannot be. */
  protected boolean delete() throws Exception {
    return false;
  }

  /** Gives the stream another column; its name, empty if that cannot be. */
  protected Optional<String> addColumn() throws Exception {
    return Optional.empty();
  }

  /** Makes the source refuse the next calls for a moment; false if that cannot be. */
  protected boolean limitRate() throws Exception {
    return false;
  }

  /** A stream without any row; empty if that cannot be. */
  protected Optional<String> emptyStream() throws Exception {
    return Optional.empty();
  }

  /** Puts a value of so many characters into the stream; false if that cannot be. */
  protected boolean addValue(int characters) throws Exception {
    return false;
  }

  /** Where digits are others; a replay server in this JVM may need a milder one. */
  protected Locale elsewhere() {
    return Locale.forLanguageTag("ar-EG-u-nu-arab");
  }

  /** Makes the source answer so slowly that a reading takes many seconds; false if it cannot. */
  protected boolean slowDown() throws Exception {
    return false;
  }

  @Test
  void checkFindsNothingWhereAllIsWell() {
    try (Connector connector = open(settings())) {
      assertThat(connector.check())
          .filteredOn(finding -> finding.severity() == Finding.Severity.ERROR)
          .isEmpty();
    }
  }

  @Test
  void eachWrongSettingIsNamedWithItsCure() {
    assertThat(wrongSettings()).isNotEmpty();
    wrongSettings()
        .forEach(
            (name, wrong) -> {
              List<String> said = new ArrayList<>();
              try (Connector connector = open(wrong)) {
                for (Finding finding : connector.check()) {
                  if (finding.severity() == Finding.Severity.ERROR) {
                    assertThat(finding.hint()).as("hint for " + name).isNotBlank();
                    said.add(finding.message() + " " + finding.hint());
                  }
                }
              } catch (IpaiException refused) {
                assertThat(refused.code()).as(name).isEqualTo(ConnectorErrors.SETTING);
                assertThat(refused.hint()).as("hint for " + name).isNotBlank();
                said.add(refused.getMessage() + " " + refused.hint());
              }
              assertThat(said).as("what is said of a wrong " + name).isNotEmpty();
              assertThat(String.join(" ", said)).as(name).doesNotContain(SECRET);
            });
  }

  @Test
  void discoverIsStable() {
    List<StreamDescriptor> first;
    try (Connector connector = open(settings())) {
      first = connector.discover();
      assertThat(connector.discover()).isEqualTo(first);
    }
    try (Connector connector = open(settings())) {
      assertThat(connector.discover()).isEqualTo(first);
    }
    assertThat(first).extracting(StreamDescriptor::name).isSorted().doesNotHaveDuplicates();
    for (StreamDescriptor stream : first) {
      List<String> columns = stream.columns().stream().map(SourceColumn::name).toList();
      assertThat(columns).as(stream.name()).doesNotHaveDuplicates().containsAll(stream.key());
    }
  }

  @Test
  void anUnknownStreamAndAForeignCursorAreRefused() {
    try (Connector connector = open(settings())) {
      assertThatThrownBy(
              () -> connector.open(new StreamRequest("no such stream", ReadMode.SNAPSHOT, null)))
          .isInstanceOfSatisfying(
              IpaiException.class,
              e -> assertThat(e.code()).isEqualTo(ConnectorErrors.STREAM_NOT_FOUND));
      assertThatThrownBy(
              () -> {
                try (BatchReader reader =
                    connector.open(
                        new StreamRequest(
                            stream(), ReadMode.SNAPSHOT, new Cursor("{\"foreign\": [true]}")))) {
                  reader.next();
                }
              })
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.CURSOR));
    }
  }

  @Test
  void everyRowHasItsColumnsAndItsKey() {
    for (StreamDescriptor stream : streams()) {
      List<RecordBatch> batches = read(stream.name(), ReadMode.SNAPSHOT, null);
      assertThat(batches).as("a pass ends with a batch for its cursor").isNotEmpty();
      for (RecordBatch batch : batches) {
        List<String> columns = batch.columns().stream().map(SourceColumn::name).toList();
        assertThat(batch.after().json().length()).isLessThan(MOST_CURSOR_CHARS);
        assertThat(batch.after().json()).startsWith("{").doesNotContain(SECRET);
        for (SourceRow row : batch.rows()) {
          assertThat(row.width()).isEqualTo(batch.columns().size());
          for (String key : stream.key()) {
            assertThat(row.value(columns.indexOf(key))).as("key " + key).isNotNull();
          }
        }
      }
    }
  }

  @Test
  void resumedAfterAnyBatchItGivesTheSameRows() {
    StreamDescriptor stream = descriptor(stream());
    List<RecordBatch> whole = read(stream.name(), ReadMode.SNAPSHOT, null);
    List<String> expected = copy(stream, whole).sorted();
    int step = ALL ? 1 : Math.max(1, whole.size() / RESUMED);
    for (int stored = 1; stored < whole.size(); stored += step) {
      Copy copy = copy(stream, whole.subList(0, stored));
      read(stream.name(), ReadMode.SNAPSHOT, whole.get(stored - 1).after()).forEach(copy::add);
      assertThat(copy.sorted()).as("resumed after batch " + stored).isEqualTo(expected);
    }
  }

  @Test
  void fullAndIncrementalAgree() throws Exception {
    StreamDescriptor stream = descriptor(stream());
    assumeTrue(stream.modes().contains(ReadMode.CHANGES), "the stream tells no changes");
    List<RecordBatch> whole = read(stream.name(), ReadMode.SNAPSHOT, null);
    Copy copy = copy(stream, whole);
    Cursor at = whole.getLast().after();
    assumeTrue(change(), "the source cannot be changed");
    List<RecordBatch> changes = read(stream.name(), ReadMode.CHANGES, at);
    changes.forEach(copy::add);
    List<RecordBatch> anew = read(stream.name(), ReadMode.SNAPSHOT, null);
    assertThat(copy.sorted()).isEqualTo(copy(stream, anew).sorted());
    assertThat(copy.sorted()).isNotEqualTo(copy(stream, whole).sorted());
    Copy again = copy(stream, anew);
    read(stream.name(), ReadMode.CHANGES, changes.getLast().after()).forEach(again::add);
    assertThat(again.size()).as("nothing comes twice").isEqualTo(copy.size());
  }

  @Test
  void deletesAreTold() throws Exception {
    StreamDescriptor stream = descriptor(stream());
    List<RecordBatch> whole = read(stream.name(), ReadMode.SNAPSHOT, null);
    Copy copy = copy(stream, whole);
    int before = copy.size();
    Cursor at = whole.getLast().after();
    assumeTrue(delete(), "nothing can be deleted at the source");
    if (stream.modes().contains(ReadMode.CHANGES)) {
      List<RecordBatch> changes = read(stream.name(), ReadMode.CHANGES, at);
      changes.forEach(copy::add);
    }
    if (!stream.tellsDeletes() && stream.modes().contains(ReadMode.RECONCILE)) {
      read(stream.name(), ReadMode.RECONCILE, null).forEach(copy::add);
    }
    assertThat(copy.size()).isLessThan(before);
    assertThat(copy.sorted())
        .isEqualTo(copy(stream, read(stream.name(), ReadMode.SNAPSHOT, null)).sorted());
  }

  @Test
  void driftShowsInTheColumns() throws Exception {
    Optional<String> added = addColumn();
    assumeTrue(added.isPresent(), "the source cannot get another column");
    assertThat(read(stream(), ReadMode.SNAPSHOT, null))
        .anySatisfy(
            batch ->
                assertThat(batch.columns()).extracting(SourceColumn::name).contains(added.get()));
  }

  @Test
  void aRateLimitIsWaitedFor() throws Exception {
    StreamDescriptor stream = descriptor(stream());
    List<String> expected = copy(stream, read(stream.name(), ReadMode.SNAPSHOT, null)).sorted();
    assumeTrue(limitRate(), "the source has no limits");
    assertThat(copy(stream, read(stream.name(), ReadMode.SNAPSHOT, null)).sorted())
        .isEqualTo(expected);
  }

  @Test
  void timesKeepTheirZoneWhereverThisRuns() {
    StreamDescriptor stream = descriptor(stream());
    List<String> expected = copy(stream, read(stream.name(), ReadMode.SNAPSHOT, null)).sorted();
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
      Locale.setDefault(elsewhere());
      List<RecordBatch> elsewhere = read(stream.name(), ReadMode.SNAPSHOT, null);
      assertThat(copy(stream, elsewhere).sorted()).isEqualTo(expected);
      for (RecordBatch batch : elsewhere) {
        batch.rows().forEach(row -> requireZones(batch.columns(), row));
      }
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }
  }

  private static void requireZones(List<SourceColumn> columns, SourceRow row) {
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.value(i);
      if (value != null && columns.get(i).type() == ColumnType.TIMESTAMPTZ) {
        assertThat(value instanceof Instant || value instanceof OffsetDateTime || isZoned(value))
            .as("%s of column %s", value.getClass(), columns.get(i).name())
            .isTrue();
      }
    }
  }

  private static boolean isZoned(Object value) {
    return value.toString().matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})");
  }

  @Test
  void anEmptyStreamGivesItsCursorAndColumns() throws Exception {
    Optional<String> empty = emptyStream();
    assumeTrue(empty.isPresent(), "the source has no empty stream");
    List<RecordBatch> batches = read(empty.get(), ReadMode.SNAPSHOT, null);
    assertThat(batches).hasSize(1);
    assertThat(batches.getFirst().rows()).isEmpty();
  }

  @Test
  void hugeValuesArriveWhole() throws Exception {
    int characters = 5_000_000;
    assumeTrue(addValue(characters), "the source cannot hold huge values");
    assertThat(read(stream(), ReadMode.SNAPSHOT, null))
        .anySatisfy(
            batch ->
                assertThat(batch.rows())
                    .anySatisfy(
                        row -> assertThat(longest(row)).isGreaterThanOrEqualTo(characters)));
  }

  private static int longest(SourceRow row) {
    int longest = 0;
    for (int i = 0; i < row.width(); i++) {
      longest = Math.max(longest, String.valueOf(row.value(i)).length());
    }
    return longest;
  }

  /** A source that can be slow is cancelled while it keeps the reading waiting. */
  @Test
  void aReadingEndsWithinASecondOnceItIsCancelled() throws Exception {
    AtomicLong requested = new AtomicLong();
    Runnable cancel =
        () -> {
          requested.set(System.nanoTime());
          cancellation.request();
        };
    boolean isSlow = slowDown();
    try (Connector connector = open(settings());
        BatchReader reader = connector.open(new StreamRequest(stream(), ReadMode.SNAPSHOT, null))) {
      if (isSlow) {
        CompletableFuture.delayedExecutor(IN_THE_MIDDLE_MILLIS, TimeUnit.MILLISECONDS)
            .execute(cancel);
      } else {
        cancel.run();
      }
      assertThatThrownBy(() -> drain(reader))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.CANCELLED));
      assertThat(Duration.ofNanos(System.nanoTime() - requested.get()))
          .isLessThan(Duration.ofSeconds(1));
    }
  }

  private static void drain(BatchReader reader) {
    long start = System.nanoTime();
    while (reader.next() != null) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  private Connector open(ConnectorSettings settings) {
    return type()
        .open(
            settings,
            new ConnectorContext(this::secret, Clock.systemUTC(), cancellation, workspace()));
  }

  private List<StreamDescriptor> streams() {
    try (Connector connector = open(settings())) {
      return connector.discover();
    }
  }

  private StreamDescriptor descriptor(String name) {
    return streams().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private List<RecordBatch> read(String stream, ReadMode mode, @Nullable Cursor from) {
    List<RecordBatch> batches = new ArrayList<>();
    try (Connector connector = open(settings());
        BatchReader reader = connector.open(new StreamRequest(stream, mode, from))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static Copy copy(StreamDescriptor stream, List<RecordBatch> batches) {
    Copy copy = new Copy(stream);
    batches.forEach(copy::add);
    return copy;
  }
}
