package ai.ipai.connectors.database;

import ai.ipai.spi.connector.SourceRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages of PostgreSQL's plugin pgoutput, protocol version 1 (PostgreSQL's manual, "Logical
 * Replication Message Formats"). Keeps what the relations are.
 */
final class Pgoutput {
  private final Map<Integer, Relation> relations = new HashMap<>();

  /** What a message says. */
  sealed interface Message {}

  /**
   * A transaction begins.
   *
   * @param commit where its commit stands in the log
   */
  record Begin(LogPosition commit) implements Message {}

  /**
   * It ends.
   *
   * @param end what comes after its commit
   */
  record Commit(LogPosition end) implements Message {}

  /** A table as it is from now on. */
  record Relation(String schema, String table, List<Column> columns) implements Message {}

  /**
   * A column of it.
   *
   * @param type oid of its type
   */
  record Column(String name, int type, int modifier, boolean identity) {}

  /** A row came, changed or went. Never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(
      Change.Kind kind,
      Relation relation,
      @Nullable Object @Nullable [] before,
      @Nullable Object @Nullable [] after)
      implements Message {}

  /** Tables were emptied. */
  record Truncate(List<Relation> relations) implements Message {}

  /** Of no interest. */
  record Other() implements Message {}

  Message read(ByteBuffer in) {
    char kind = (char) in.get();
    return switch (kind) {
      case 'B' -> new Begin(new LogPosition("", in.getLong()));
      case 'C' -> {
        in.get();
        in.getLong();
        yield new Commit(new LogPosition("", in.getLong()));
      }
      case 'R' -> relation(in);
      case 'I' -> {
        Relation relation = known(in);
        in.get();
        yield new Row(Change.Kind.INSERT, relation, null, tuple(in, relation, false));
      }
      case 'U' -> update(in);
      case 'D' -> {
        Relation relation = known(in);
        yield new Row(Change.Kind.DELETE, relation, tuple(in, relation, in.get() == 'K'), null);
      }
      case 'T' -> truncate(in);
      default -> new Other();
    };
  }

  private Relation relation(ByteBuffer in) {
    int oid = in.getInt();
    String schema = text(in);
    String table = text(in);
    in.get();
    int count = in.getShort();
    List<Column> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean identity = (in.get() & 1) == 1;
      columns.add(new Column(text(in), in.getInt(), in.getInt(), identity));
    }
    Relation relation =
        new Relation(schema.isEmpty() ? "pg_catalog" : schema, table, List.copyOf(columns));
    relations.put(oid, relation);
    return relation;
  }

  private Row update(ByteBuffer in) {
    Relation relation = known(in);
    @Nullable Object @Nullable [] before = null;
    byte next = in.get();
    if (next == 'K' || next == 'O') {
      before = tuple(in, relation, next == 'K');
      in.get();
    }
    return new Row(Change.Kind.UPDATE, relation, before, tuple(in, relation, false));
  }

  private Truncate truncate(ByteBuffer in) {
    int count = in.getInt();
    in.get();
    List<Relation> emptied = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      emptied.add(known(in));
    }
    return new Truncate(emptied);
  }

  private Relation known(ByteBuffer in) {
    int oid = in.getInt();
    Relation relation = relations.get(oid);
    if (relation == null) {
      throw new IllegalStateException("a row before its relation");
    }
    return relation;
  }

  /** Texts; of the identity alone nothing else is known. */
  private static @Nullable Object[] tuple(ByteBuffer in, Relation relation, boolean identityOnly) {
    int count = in.getShort();
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      char kind = (char) in.get();
      values[i] =
          switch (kind) {
            case 'n' -> null;
            case 'u' -> SourceRow.UNCHANGED;
            case 't' -> {
              byte[] raw = new byte[in.getInt()];
              in.get(raw);
              yield new String(raw, StandardCharsets.UTF_8);
            }
            default -> throw new IllegalStateException("a value of kind " + kind);
          };
      if (identityOnly && !relation.columns().get(i).identity()) {
        values[i] = SourceRow.UNCHANGED;
      }
    }
    return values;
  }

  private static String text(ByteBuffer in) {
    int start = in.position();
    while (in.get() != 0) {
      // To its end.
    }
    byte[] raw = new byte[in.position() - start - 1];
    in.get(start, raw);
    return new String(raw, StandardCharsets.UTF_8);
  }
}
