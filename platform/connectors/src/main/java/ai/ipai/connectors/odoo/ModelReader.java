package ai.ipai.connectors.odoo;

import ai.ipai.connectors.odoo.OdooCursor.Phase;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.LoadedKeys;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Removal;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a model in pages by id. Changes are those in a window {@code [low, high)} of write_date
 * that is fixed when the reading begins: the API cuts write_date to seconds, so paging by it would
 * repeat or lose rows. The window ends behind the server's clock and begins before the last one's
 * end, because write_date is when a transaction began, not when its rows became visible; what is
 * read twice the loader recognises by its content.
 */
final class ModelReader implements BatchReader {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final ModelCalls calls;
  private final OdooModel model;
  private final OdooSettings settings;
  private final Cancellation cancellation;
  private final ReadMode mode;
  private final OptionalLong expected;
  private final @Nullable LoadedKeys loaded;
  private OdooCursor at;
  private @Nullable PagesAhead pages;
  private @Nullable DeletionSearch deletions;
  private long firstNew = Long.MAX_VALUE;
  private boolean ended;

  ModelReader(
      ModelCalls calls,
      OdooModel model,
      OdooSettings settings,
      Cancellation cancellation,
      StreamRequest request) {
    this.calls = calls;
    this.model = model;
    this.settings = settings;
    this.cancellation = cancellation;
    this.mode = request.mode();
    LoadedKeys told = request.loaded();
    this.loaded = told != null && told.isWhole() ? told : null;
    this.at = start(request);
    this.expected =
        at.phase() == Phase.RECORDS
            ? OptionalLong.of(calls.count(model, window(at)))
            : OptionalLong.empty();
  }

  private OdooCursor start(StreamRequest request) {
    String fields = Integer.toHexString(model.fieldNames().hashCode());
    OdooCursor from = request.from() == null ? null : OdooCursor.parse(request.from());
    if (from != null && from.phase() != Phase.DONE && from.fields().equals(fields)) {
      return from;
    }
    Instant end = calls.serverTime().minus(settings.lag()).truncatedTo(ChronoUnit.SECONDS);
    String high = TIME.format(end.atOffset(ZoneOffset.UTC));
    boolean sameFields = from != null && from.fields().equals(fields);
    if (mode != ReadMode.CHANGES || from == null || !sameFields) {
      // A field that was added later has to be read for every record.
      return new OdooCursor(Phase.RECORDS, "", high, 0, fields);
    }
    LocalDateTime last = LocalDateTime.parse(from.high(), TIME);
    String later = high.compareTo(from.high()) > 0 ? high : from.high();
    return new OdooCursor(
        Phase.RECORDS, TIME.format(last.minus(settings.overlap())), later, 0, fields);
  }

  private List<Object> window(OdooCursor cursor) {
    List<Object> domain = new ArrayList<>();
    if (!cursor.low().isEmpty()) {
      domain.add(List.of("write_date", ">=", cursor.low()));
      domain.add(List.of("write_date", "<", cursor.high()));
    }
    return domain;
  }

  @Override
  public StreamDescriptor stream() {
    return model.descriptor();
  }

  @Override
  public OptionalLong expectedRows() {
    return expected;
  }

  @Override
  public @Nullable RecordBatch next() {
    if (ended) {
      return null;
    }
    cancellation.check();
    return switch (at.phase()) {
      case RECORDS -> records();
      case IDS -> ids();
      case DONE -> end(List.of(), null);
    };
  }

  private RecordBatch records() {
    PagesAhead.Page page = pages().next();
    List<SourceRow> rows = new ArrayList<>(page.records().size());
    List<Long> present = new ArrayList<>(page.records().size());
    for (JsonNode record : page.records()) {
      rows.add(row(record));
      long id = record.path("id").longValue();
      present.add(id);
      if (isNew(record)) {
        firstNew = Math.min(firstNew, id);
      }
    }
    Removal removal =
        mode == ReadMode.RECONCILE ? new KeySweep(at.after(), page.upTo(), present) : null;
    if (!page.isLast()) {
      at = at.after(page.upTo());
      return batch(rows, removal);
    }
    if (mode == ReadMode.CHANGES && settings.sweepEachRun()) {
      at = at.ids();
      return batch(rows, removal);
    }
    return end(rows, removal);
  }

  private PagesAhead pages() {
    PagesAhead open = pages;
    if (open == null) {
      boolean isMore = expected.orElse(0) > settings.pageSize();
      open =
          new PagesAhead(
              calls,
              model,
              window(at),
              at.after(),
              settings.pageSize(),
              isMore ? settings.readAhead() : 1);
      pages = open;
    }
    return open;
  }

  /** Whether bronze may not hold it yet. With a filter an old record can be new to it. */
  private boolean isNew(JsonNode record) {
    String created = record.path("create_date").asString("");
    return created.isEmpty() || !model.filter().isEmpty() || created.compareTo(at.low()) >= 0;
  }

  /** The cheap way to see deletions: which ids there are. */
  private RecordBatch ids() {
    DeletionSearch search = deletions;
    if (search == null) {
      search = new DeletionSearch(calls, model, loaded, cancellation, at.after(), firstNew);
      deletions = search;
    }
    KeySweep sweep = search.next();
    if (sweep == null || sweep.upTo() == Long.MAX_VALUE) {
      return end(List.of(), sweep);
    }
    at = at.after(sweep.upTo());
    return batch(List.of(), sweep);
  }

  private RecordBatch end(List<SourceRow> rows, @Nullable Removal removal) {
    ended = true;
    at = at.done();
    return batch(rows, removal);
  }

  private RecordBatch batch(List<SourceRow> rows, @Nullable Removal removal) {
    return new RecordBatch(model.columns(), rows, removal, List.of(), at.cursor());
  }

  private SourceRow row(JsonNode record) {
    @Nullable Object[] values = new Object[model.chosen().size()];
    for (int i = 0; i < values.length; i++) {
      OdooField field = model.chosen().get(i);
      values[i] = field.value(record.path(field.name()));
    }
    return SourceRow.present(values);
  }

  @Override
  public void close() {
    ended = true;
    if (pages != null) {
      pages.close();
    }
  }
}
