package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.HeldLog;
import ai.ipai.spi.connector.LoadedKeys;
import ai.ipai.spi.connector.LoggedConnector;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One database, read as one user. */
final class DatabaseConnector implements LoggedConnector {
  private static final int MOST_GONE = 50_000;
  private static final long MOMENT_MILLIS = 100;

  private final DatabaseSettings settings;
  private final ConnectorSettings file;
  private final SourceDatabase database;
  private final Cancellation cancellation;
  private final @Nullable LogSource source;
  private final @Nullable LogSettings logged;
  private @Nullable Map<String, SourceTable> known;
  private @Nullable ChangeLog log;

  DatabaseConnector(
      DatabaseSettings settings,
      ConnectorSettings file,
      SourceDatabase database,
      Cancellation cancellation,
      @Nullable LogSettings logged,
      @Nullable LogSource source) {
    this.settings = settings;
    this.file = file;
    this.database = database;
    this.cancellation = cancellation;
    this.logged = logged;
    this.source = source;
  }

  @Override
  public List<Finding> check() {
    List<TableStream> streams;
    try {
      streams = streams();
    } catch (IpaiException e) {
      return List.of(Finding.error(e.code().id() + " " + e.getMessage(), e.hint()));
    }
    List<Finding> findings = new ArrayList<>();
    if (streams.isEmpty()) {
      findings.add(
          Finding.error(
              "this user sees no tables", "check schemas, and grant usage and select to the user"));
    }
    for (TableStream stream : streams) {
      look(stream, findings);
      lookAhead(stream, findings);
    }
    if (source != null) {
      ChangeLog.asking(
          "looking at its log", () -> findings.addAll(source.check(loggedTables(streams))));
    }
    findings.sort(Comparator.comparing(Finding::severity));
    return findings;
  }

  private void look(TableStream stream, List<Finding> findings) {
    String name = stream.table().name();
    SourceTable found = tables().get(name);
    Set<String> computed = found == null ? Set.of() : found.computed();
    TableField cursor = stream.cursor();
    if (stream.isLogged() && !computed.isEmpty()) {
      findings.add(
          Finding.warning(
              "%s has columns that the log does not tell, as the server computes them: %s"
                  .formatted(name, String.join(", ", new TreeSet<>(computed))),
              "they do not land; compute them in a model, or set log: false for the table"));
    }
    if (stream.table().key().isEmpty()) {
      findings.add(
          Finding.warning(
              name + " has no key: it is read whole each time",
              "declare a primary key, or set key if columns of it are unique"));
    } else if (cursor != null && cursor.nullable()) {
      findings.add(
          Finding.warning(
              "%s of %s may be null: changes of such rows are only found by reconciliation"
                  .formatted(cursor.name(), name),
              "declare the column not null"));
    } else if (cursor != null && !TableReader.isSwept(stream.table())) {
      findings.add(
          Finding.warning(
              name + " cannot be looked through for deletions, as its key is not one number",
              "leave cursor away: then it is compared whole"));
    }
  }

  private void lookAhead(TableStream stream, List<Finding> findings) {
    TableField cursor = stream.cursor();
    if (cursor == null) {
      return;
    }
    try (Connection connection = database.open()) {
      String ahead = TableReader.ahead(connection, database, cursor);
      if (ahead.isEmpty()) {
        return;
      }
      try (PreparedStatement statement =
          connection.prepareStatement(TableQuery.ahead(stream.table(), cursor))) {
        statement.setMaxRows(1);
        statement.setQueryTimeout(Math.toIntExact(settings.timeout().toSeconds()));
        FieldValues.bind(statement, 1, cursor, ahead);
        if (statement.executeQuery().next()) {
          findings.add(
              Finding.warning(
                  "%s of %s is ahead of the database's clock in some rows, or no number"
                      .formatted(cursor.name(), stream.table().name()),
                  "correct it; until then these rows are read by every run"));
        }
      }
    } catch (SQLException e) {
      IpaiException said = DatabaseFaults.of(e, "reading " + stream.table().name());
      findings.add(Finding.error(said.code().id() + " " + said.getMessage(), said.hint()));
    }
  }

  @Override
  public List<StreamDescriptor> discover() {
    return streams().stream()
        .map(TableStream::descriptor)
        .sorted(Comparator.comparing(StreamDescriptor::name))
        .toList();
  }

  private List<TableStream> streams() {
    if (file.streams().isEmpty()) {
      return tables().values().stream().map(table -> stream(table, Settings.empty())).toList();
    }
    return file.streams().stream().map(selection -> stream(selection.stream())).toList();
  }

  private TableStream stream(String name) {
    SourceTable table = tables().get(name);
    if (table == null) {
      throw new IpaiException(
              ConnectorErrors.STREAM_NOT_FOUND, "the database shows this user no table " + name)
          .fact("stream", name)
          .hint("tables of other schemas than the first are written schema.table");
    }
    return stream(
        table,
        file.selection(name).map(ConnectorSettings.Selection::options).orElse(Settings.empty()));
  }

  private TableStream stream(SourceTable table, Settings options) {
    return TableStream.of(table, options).logged(logged != null && options.flag("log", true));
  }

  private static Map<String, SourceTable> loggedTables(List<TableStream> streams) {
    Map<String, SourceTable> tables = new TreeMap<>();
    streams.stream()
        .filter(TableStream::isLogged)
        .forEach(stream -> tables.put(stream.table().name(), stream.table()));
    return tables;
  }

  /** Null if no stream is read from a log. */
  private synchronized @Nullable ChangeLog log() {
    if (log == null && source != null && logged != null) {
      Map<String, SourceTable> tables = loggedTables(streams());
      if (!tables.isEmpty()) {
        log = new ChangeLog(source, logged.mostBytes(), tables);
      }
    }
    return log;
  }

  @Override
  public void stored(Map<String, Cursor> cursors, Set<String> upcoming) {
    ChangeLog shared = log();
    if (shared != null) {
      shared.stored(cursors, upcoming);
    }
  }

  @Override
  public Optional<HeldLog> held() {
    return source == null
        ? Optional.empty()
        : ChangeLog.asking("looking at its log", source::heldLog);
  }

  @Override
  public String release() {
    return source == null ? "" : ChangeLog.asking("letting go of its log", source::drop);
  }

  @Override
  public BatchReader open(StreamRequest request) {
    TableStream stream = stream(request.stream());
    if (!stream.descriptor().modes().contains(request.mode())) {
      throw new IpaiException(
              ConnectorErrors.MODE, "stream %s cannot be read so".formatted(request.stream()))
          .hint("set cursor to a column that grows with each change");
    }
    ChangeLog shared = log();
    if (!stream.isLogged() || shared == null) {
      BatchReader rows = new TableReader(database, settings, stream, cancellation, request);
      LoadedKeys loaded = request.loaded();
      return stream.isSwept() && request.mode() == ReadMode.CHANGES && loaded != null
          ? new SweptChanges(
              rows, new DeletedKeys(loaded, after -> keys(stream, after), cancellation, MOST_GONE))
          : rows;
    }
    LogCursor from = request.from() == null ? null : LogCursor.parse(request.from()).orElse(null);
    return request.mode() == ReadMode.CHANGES
        ? changes(shared, stream, from)
        : whole(shared, stream, from);
  }

  private BatchReader keys(TableStream stream, long after) {
    TableCursor place = TableCursor.beginning("", "", "", "");
    TableCursor from =
        after == Long.MIN_VALUE ? place : place.after(List.of(Long.toString(after)), 0, "");
    return new TableReader(
        database,
        settings,
        stream.keys(),
        cancellation,
        new StreamRequest(stream.table().name(), ReadMode.SNAPSHOT, from.cursor()));
  }

  private BatchReader changes(ChangeLog shared, TableStream stream, @Nullable LogCursor from) {
    if (from == null) {
      throw ChangeLog.lost(stream.table().name(), "it was not read from the log before");
    }
    return new ChangeReader(
        shared,
        stream,
        from,
        new RowLookup(database, stream.table()),
        settings.pageSize(),
        cancellation);
  }

  private BatchReader whole(ChangeLog shared, TableStream stream, @Nullable LogCursor from) {
    boolean goesOn = from != null && from.table() != null;
    LogCursor begun =
        goesOn && from != null
            ? from
            : new LogCursor(shared.server(), shared.start(), null, 0, null, null);
    if (goesOn) {
      shared.require(stream.table().name(), begun);
    }
    Cursor place = begun.table() == null ? null : begun.table().cursor();
    return new LoggedSnapshot(
        new TableReader(
            database,
            settings,
            stream,
            cancellation,
            new StreamRequest(stream.table().name(), ReadMode.SNAPSHOT, place)),
        shared,
        begun);
  }

  private synchronized Map<String, SourceTable> tables() {
    if (known == null) {
      known = catalog();
    }
    return known;
  }

  /** Given up within moments once the run is cancelled, also where the database does not answer. */
  private Map<String, SourceTable> catalog() {
    AtomicReference<@Nullable Connection> open = new AtomicReference<>();
    FutureTask<Map<String, SourceTable>> asked = new FutureTask<>(() -> catalog(open));
    Thread.ofVirtual().start(asked);
    try {
      while (true) {
        try {
          return asked.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          cancellation.check();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled", e);
    } catch (ExecutionException e) {
      cancellation.check();
      throw switch (e.getCause()) {
        case SQLException failed -> DatabaseFaults.of(failed, "reading the catalog");
        case RuntimeException known -> known;
        case null, default -> new IllegalStateException(e.getCause());
      };
    } finally {
      abort(open.get());
    }
  }

  private Map<String, SourceTable> catalog(AtomicReference<@Nullable Connection> open)
      throws SQLException {
    Map<String, SourceTable> tables = new TreeMap<>();
    try (Connection connection = database.open()) {
      open.set(connection);
      cancellation.check();
      List<SourceTable> found = database.dialect().tables(connection, settings.schemas());
      if (settings.isOdoo()) {
        String schema = settings.schemas().isEmpty() ? "public" : settings.schemas().getFirst();
        found = OdooPreset.apply(connection, schema, found, named());
      }
      found.stream()
          .filter(table -> !table.fields().isEmpty())
          .forEach(table -> tables.put(table.name(), table));
      open.set(null);
    }
    return tables;
  }

  private Set<String> named() {
    return file.streams().stream()
        .map(ConnectorSettings.Selection::stream)
        .collect(Collectors.toSet());
  }

  private static void abort(@Nullable Connection unanswered) {
    try {
      if (unanswered != null) {
        unanswered.abort(Runnable::run);
      }
    } catch (SQLException e) {
      // It ended by itself.
    }
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
    database.close();
  }
}
