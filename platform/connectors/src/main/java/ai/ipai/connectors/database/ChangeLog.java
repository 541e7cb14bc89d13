package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log that the streams of a connector share. It is read once per run for all of them, as far as
 * it went when the first of them asked; each stream then takes its part out of its spool. What is
 * stored decides what may be let go: the log is confirmed to the server no further than the stream
 * that is furthest behind. Thread-safe.
 */
final class ChangeLog implements AutoCloseable {
  private final LogSource source;
  private final long mostBytes;
  private final Map<String, SourceTable> tables;
  private final Map<String, ChangeSpool> spools = new HashMap<>();
  private final Set<String> givenUp = new HashSet<>();
  private LogSource.@Nullable Held held;
  private @Nullable LogPosition base;
  private @Nullable LogPosition drained;

  /**
   * Reads nothing yet.
   *
   * @param mostBytes that the server may hold for us
   * @param tables the streams that are read from the log
   */
  ChangeLog(LogSource source, long mostBytes, Map<String, SourceTable> tables) {
    this.source = source;
    this.mostBytes = mostBytes;
    this.tables = new TreeMap<>(tables);
  }

  /** As {@link ai.ipai.spi.connector.LoggedConnector#stored}. */
  synchronized void stored(Map<String, Cursor> cursors, Set<String> upcoming) {
    asking(
        "looking at its log",
        () -> {
          LogSource.Held now = source.hold();
          held = now;
          LogPosition from = oldest(now, cursors, upcoming);
          source.let(from);
          if (base == null) {
            base = from;
            if (from.equals(now.end())) {
              source.settle();
            }
          }
          return from;
        });
  }

  /** The oldest place that is still needed; a stream that holds too much is given up. */
  private LogPosition oldest(
      LogSource.Held now, Map<String, Cursor> cursors, Set<String> upcoming) {
    LogPosition least = now.end();
    for (String stream : tables.keySet()) {
      Cursor stored = cursors.get(stream);
      LogCursor cursor = stored == null ? null : LogCursor.parse(stored).orElse(null);
      if (cursor == null || isGone(now, cursor)) {
        continue;
      }
      if (!upcoming.contains(stream) && source.heldBytes(cursor.at(), now.end()) > mostBytes) {
        givenUp.add(stream);
      } else {
        least = LogPosition.least(least, cursor.at());
      }
    }
    // A new stream begins where the server begins: whatever ended before is seen by everybody.
    return cursors.isEmpty() ? now.begin() : least;
  }

  private boolean isGone(LogSource.Held now, LogCursor cursor) {
    LogPosition end = drained == null ? now.end() : LogPosition.greatest(now.end(), drained);
    return !cursor.server().equals(now.server())
        || cursor.at().isBefore(now.earliest())
        || end.isBefore(cursor.at());
  }

  String server() {
    return held().server();
  }

  /**
   * Where the log of a table that is read whole from now on begins. What the log was read up to is
   * left behind: a table whose log could not be understood begins after that.
   */
  synchronized LogPosition start() {
    held();
    if (drained != null) {
      asking("looking at its log", () -> settled(source));
      return drained;
    }
    return java.util.Objects.requireNonNull(base);
  }

  private static boolean settled(LogSource source) throws SQLException {
    source.settle();
    return true;
  }

  LogPosition end() {
    return asking("looking at its log", source::end);
  }

  /**
   * Sees that the log still has what comes after a cursor.
   *
   * @throws IpaiException {@code CON-019} if it has not
   */
  synchronized void require(String stream, LogCursor cursor) {
    if (isGone(held(), cursor)) {
      throw lost(stream, "it is gone");
    }
    if (givenUp.contains(stream) && cursor.at().isBefore(java.util.Objects.requireNonNull(base))) {
      throw lost(stream, "it made the server keep more than log.most allows");
    }
  }

  /**
   * What the log has of a stream after a cursor.
   *
   * @throws IpaiException {@code CON-019} if the log no longer goes back that far
   */
  synchronized Part after(String stream, LogCursor cursor) {
    require(stream, cursor);
    if (drained == null) {
      base = LogPosition.least(start(), cursor.at());
    }
    ChangeSpool spool = spools.computeIfAbsent(stream, name -> new ChangeSpool());
    LogPosition to = drained;
    if (to == null || (cursor.until() != null && to.isBefore(cursor.until()))) {
      to = drain();
    }
    if (spool.isUnreadableFrom(cursor.at())) {
      throw lost(stream, "the table was altered, and the log does not tell its columns");
    }
    return new Part(spool.changes(), to);
  }

  /**
   * Changes of one stream.
   *
   * @param to all that ended before is among them
   */
  record Part(ChangeSpool.Changes changes, LogPosition to) {}

  private LogPosition drain() {
    LogPosition from = drained == null ? start() : drained;
    LogPosition to =
        asking(
            "reading its log",
            () ->
                source.read(
                    from,
                    source.end(),
                    tables,
                    (stream, change) ->
                        spools.computeIfAbsent(stream, name -> new ChangeSpool()).add(change)));
    drained = to;
    return to;
  }

  private synchronized LogSource.Held held() {
    if (held == null) {
      stored(Map.of(), tables.keySet());
    }
    return java.util.Objects.requireNonNull(held);
  }

  static IpaiException lost(String stream, String why) {
    return new IpaiException(
            ConnectorErrors.LOG_LOST,
            "the log has no changes of %s since the last run: %s".formatted(stream, why))
        .fact("stream", stream)
        .hint("the table is read whole and compared; let the server keep more, or run more often");
  }

  LogSource source() {
    return source;
  }

  /** Something that asks the database. */
  interface Asking<T> {
    T ask() throws SQLException;
  }

  static <T> T asking(String what, Asking<T> asking) {
    try {
      return asking.ask();
    } catch (SQLException e) {
      throw DatabaseFaults.of(e, what);
    }
  }

  @Override
  public synchronized void close() {
    spools.values().forEach(ChangeSpool::close);
    spools.clear();
  }
}
