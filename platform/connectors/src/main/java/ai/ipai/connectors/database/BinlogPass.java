package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Cancellation;
import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderV4Deserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.FormatDescriptionEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.NullEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.QueryEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.RotateEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.TableMapEventDataDeserializer;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One reading of a binary log, up to where it ends. */
final class BinlogPass {
  private final BinaryLogClient client;
  private final BinlogTables known;
  private final Map<String, SourceTable> tables;
  private final BiConsumer<String, Change> sink;
  private final Cancellation cancellation;
  private final Map<Long, TableMapEventData> maps = new HashMap<>();
  private final Map<TableMapEventData, Optional<Map<Integer, BinlogColumn>>> shapes =
      new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private String file;
  private LogPosition ended;
  private @Nullable LogPosition transaction;
  private @Nullable Throwable failure;

  BinlogPass(
      BinaryLogClient client,
      BinlogTables known,
      Map<String, SourceTable> tables,
      LogPosition from,
      BiConsumer<String, Change> sink,
      Cancellation cancellation) {
    this.client = client;
    this.known = known;
    this.tables = tables;
    this.file = from.file();
    this.ended = from;
    this.sink = sink;
    this.cancellation = cancellation;
    client.setEventDeserializer(deserializer());
    client.setBlocking(false);
    client.setKeepAlive(false);
    client.registerEventListener(this::guarded);
    client.registerLifecycleListener(
        new BinaryLogClient.AbstractLifecycleListener() {
          @Override
          public void onEventDeserializationFailure(BinaryLogClient from, Exception e) {
            fail(e);
          }

          @Override
          public void onCommunicationFailure(BinaryLogClient from, Exception e) {
            fail(e);
          }
        });
  }

  private EventDeserializer deserializer() {
    Map<EventType, EventDataDeserializer<?>> by = new EnumMap<>(EventType.class);
    by.put(EventType.FORMAT_DESCRIPTION, new FormatDescriptionEventDataDeserializer());
    by.put(EventType.ROTATE, new RotateEventDataDeserializer());
    by.put(EventType.QUERY, new QueryEventDataDeserializer());
    by.put(EventType.TABLE_MAP, new TableMapEventDataDeserializer());
    by.put(EventType.WRITE_ROWS, new BinlogCells.Inserted(maps));
    by.put(EventType.UPDATE_ROWS, new BinlogCells.Updated(maps));
    by.put(EventType.DELETE_ROWS, new BinlogCells.Deleted(maps));
    by.put(
        EventType.EXT_WRITE_ROWS,
        new BinlogCells.Inserted(maps).setMayContainExtraInformation(true));
    by.put(
        EventType.EXT_UPDATE_ROWS,
        new BinlogCells.Updated(maps).setMayContainExtraInformation(true));
    by.put(
        EventType.EXT_DELETE_ROWS,
        new BinlogCells.Deleted(maps).setMayContainExtraInformation(true));
    return new EventDeserializer(
        new EventHeaderV4Deserializer(), new NullEventDataDeserializer(), erased(by), maps);
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static Map<EventType, EventDataDeserializer> erased(
      Map<EventType, EventDataDeserializer<?>> by) {
    return new EnumMap<>((Map) by);
  }

  LogPosition ended() {
    return ended;
  }

  /** What went wrong on the way; the library itself would only write it down. */
  void rethrow() {
    switch (failure) {
      case null -> {}
      case RuntimeException known -> throw known;
      case Error error -> throw error;
      case Throwable other ->
          throw new ai.ipai.spi.error.IpaiException(
                  DatabaseFaults.LOG, "the binary log has something that cannot be read", other)
              .hint("check the connector: it says what is missing on the server, and the cure");
    }
  }

  private void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
    try {
      client.disconnect();
    } catch (IOException broken) {
      // It is broken already.
    }
  }

  private void guarded(Event event) {
    if (failure != null) {
      return;
    }
    try {
      cancellation.check();
      take(event);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void take(Event event) {
    EventHeaderV4 header = event.getHeader();
    EventData data = event.getData();
    switch (header.getEventType()) {
      case ROTATE -> rotate((RotateEventData) data);
      case GTID, ANONYMOUS_GTID, MARIADB_GTID, GTID_TAGGED -> begin(header);
      case QUERY -> statement((QueryEventData) data, header);
      case XID -> end(header);
      case TABLE_MAP -> shapes.clear();
      case WRITE_ROWS, EXT_WRITE_ROWS -> inserted((WriteRowsEventData) data);
      case UPDATE_ROWS, EXT_UPDATE_ROWS -> updated((UpdateRowsEventData) data);
      case DELETE_ROWS, EXT_DELETE_ROWS -> deleted((DeleteRowsEventData) data);
      case TRANSACTION_PAYLOAD ->
          throw new IllegalStateException("transactions in the binary log are compressed");
      default -> {}
    }
  }

  private void rotate(RotateEventData data) {
    file = data.getBinlogFilename();
    if (transaction == null) {
      ended =
          LogPosition.greatest(ended, new LogPosition(file, Math.max(4, data.getBinlogPosition())));
    }
  }

  private void begin(EventHeaderV4 header) {
    transaction = new LogPosition(file, header.getPosition());
    numbers.clear();
  }

  private void end(EventHeaderV4 header) {
    transaction = null;
    ended = new LogPosition(file, header.getNextPosition());
  }

  private void statement(QueryEventData data, EventHeaderV4 header) {
    BinlogStatement statement = BinlogStatement.of(data.getSql());
    if (transaction == null) {
      begin(header);
    }
    switch (statement.kind()) {
      case BEGINS -> {}
      case ENDS -> end(header);
      case EMPTIES -> concern(statement, Change.Kind.TRUNCATE);
      case ALTERS, REPLACES -> concern(statement, Change.Kind.UNREADABLE);
      case OTHER -> {}
    }
    if (statement.kind() != BinlogStatement.Kind.BEGINS) {
      end(header);
    }
  }

  /** A table whose columns the log names in each event may be altered. */
  private void concern(BinlogStatement statement, Change.Kind kind) {
    for (Map.Entry<String, SourceTable> table : tables.entrySet()) {
      String stream = table.getKey();
      String name = stream.substring(stream.lastIndexOf('.') + 1);
      boolean isAltered = statement.kind() == BinlogStatement.Kind.ALTERS;
      if (statement.names(name) && !(isAltered && known.namesColumns())) {
        give(stream, kind, List.of(), null, null);
      }
    }
  }

  private void inserted(WriteRowsEventData data) {
    for (Serializable[] row : data.getRows()) {
      row(data.getTableId(), data.getIncludedColumns(), Change.Kind.INSERT, null, row);
    }
  }

  private void updated(UpdateRowsEventData data) {
    for (Map.Entry<Serializable[], Serializable[]> row : data.getRows()) {
      row(
          data.getTableId(),
          data.getIncludedColumns(),
          Change.Kind.UPDATE,
          row.getKey(),
          row.getValue());
    }
  }

  private void deleted(DeleteRowsEventData data) {
    for (Serializable[] row : data.getRows()) {
      row(data.getTableId(), data.getIncludedColumns(), Change.Kind.DELETE, row, null);
    }
  }

  private void row(
      long tableId,
      BitSet included,
      Change.Kind kind,
      Serializable @Nullable [] before,
      Serializable @Nullable [] after) {
    TableMapEventData map = maps.get(tableId);
    String stream = map == null ? null : known.stream(map.getDatabase(), map.getTable());
    if (map == null || stream == null) {
      return;
    }
    known.seen(map);
    Optional<Map<Integer, BinlogColumn>> fitting =
        shapes.computeIfAbsent(map, one -> known.fit(stream, one));
    boolean isWhole = included.cardinality() == map.getColumnTypes().length;
    if (fitting.isEmpty() || !isWhole) {
      give(stream, Change.Kind.UNREADABLE, List.of(), null, null);
      return;
    }
    Map<Integer, BinlogColumn> columns = fitting.get();
    give(
        stream,
        kind,
        columns.values().stream().map(BinlogColumn::field).toList(),
        values(columns, before),
        values(columns, after));
  }

  private static @Nullable Object @Nullable [] values(
      Map<Integer, BinlogColumn> columns, Serializable @Nullable [] raw) {
    if (raw == null) {
      return null;
    }
    @Nullable Object[] values = new Object[columns.size()];
    int place = 0;
    for (Map.Entry<Integer, BinlogColumn> column : columns.entrySet()) {
      values[place++] = column.getValue().value(raw[column.getKey()]);
    }
    return values;
  }

  private void give(
      String stream,
      Change.Kind kind,
      List<TableField> fields,
      @Nullable Object @Nullable [] before,
      @Nullable Object @Nullable [] after) {
    LogPosition at = transaction;
    if (at != null) {
      long number = numbers.merge(stream, 1L, Long::sum);
      sink.accept(stream, new Change(kind, at, number, fields, before, after));
    }
  }
}
