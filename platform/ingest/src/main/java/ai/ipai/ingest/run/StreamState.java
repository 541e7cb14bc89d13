package ai.ipai.ingest.run;

import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.name.QualifiedName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream stands, as {@code ipai.stream_state} holds it.
 *
 * @param cursor where the next reading of changes begins; null before the first reading ended
 * @param reading what is unfinished, or null
 * @param readingCursor where that goes on; null at its start
 * @param buildsBeside whether that reading fills a table beside the live one
 * @param loadedAt stamp of the last batch
 * @param liveRows in the live table that are not marked as deleted, counted along; null if unknown
 * @param version counts what this run has stored; the fence against any other run
 */
record StreamState(
    String stream,
    QualifiedName table,
    TableShape shape,
    @Nullable Cursor cursor,
    @Nullable ReadMode reading,
    @Nullable Cursor readingCursor,
    boolean buildsBeside,
    long version,
    @Nullable Instant reconciledAt,
    @Nullable Instant loadedAt,
    @Nullable Long liveRows) {

  StreamState withShape(TableShape next) {
    return new StreamState(
        stream,
        table,
        next,
        cursor,
        reading,
        readingCursor,
        buildsBeside,
        version,
        reconciledAt,
        loadedAt,
        liveRows);
  }

  /** At the start of a reading. */
  StreamState beginning(ReadMode mode, boolean beside) {
    return new StreamState(
        stream,
        table,
        shape,
        cursor,
        mode,
        null,
        beside,
        version,
        reconciledAt,
        loadedAt,
        liveRows);
  }

  /** After a batch. */
  StreamState advanced(Cursor after, Instant at) {
    return new StreamState(
        stream,
        table,
        shape,
        cursor,
        reading,
        after,
        buildsBeside,
        version,
        reconciledAt,
        at,
        liveRows);
  }

  /** With another number of rows that are not marked as deleted; null for unknown. */
  StreamState counted(@Nullable Long rows) {
    return new StreamState(
        stream,
        table,
        shape,
        cursor,
        reading,
        readingCursor,
        buildsBeside,
        version,
        reconciledAt,
        loadedAt,
        rows);
  }

  /** When the reading is complete. */
  StreamState finished(Instant now) {
    // A table that was filled beside holds what there is; a reading in place sees no deletions.
    boolean looked = reading == ReadMode.RECONCILE || buildsBeside;
    return new StreamState(
        stream,
        table,
        shape,
        readingCursor,
        null,
        null,
        false,
        version,
        looked ? now : reconciledAt,
        loadedAt,
        liveRows);
  }

  StreamState stored() {
    return new StreamState(
        stream,
        table,
        shape,
        cursor,
        reading,
        readingCursor,
        buildsBeside,
        version + 1,
        reconciledAt,
        loadedAt,
        liveRows);
  }
}
