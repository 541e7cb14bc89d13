package ai.ipai.ingest.table;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A table that is filled beside a live one, in schema {@value #SCHEMA}: nobody but the loader may
 * so much as use that schema, and row security is on without any policy. It is not forced there,
 * for that is what lets its owner COPY into it. It becomes visible only by {@link TableSwap}.
 */
public final class StageTable {
  public static final String SCHEMA = "ipai_stage";
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String BARE = "bare rows of run ";
  private static final int MAX_BYTES = 63;
  private static final String LAYER = "bronze_";

  private StageTable() {}

  /** The name under which a table is built beside the live one. */
  public static QualifiedName of(QualifiedName live) {
    String schema = live.schema();
    String domain = schema.startsWith(LAYER) ? schema.substring(LAYER.length()) : schema;
    String name = domain + "." + live.name();
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    String hash = UUID.nameUUIDFromBytes(utf8).toString().replace("-", "");
    return QualifiedName.of(SCHEMA, utf8.length > MAX_BYTES ? "long." + hash : name);
  }

  /**
   * Makes it bare: without the loader's own columns, which hold the same in every row as long as
   * one run fills it and nothing is rescued. {@link #complete} adds them. Autovacuum stays off
   * until the swap, so that rows lie in the order in which they came.
   *
   * @param run that fills it
   */
  public static void create(Connection connection, QualifiedName stage, TableShape shape, UUID run)
      throws SQLException {
    boolean isBare = !shape.columns().isEmpty();
    BronzeTable.execute(
        connection,
        "create table %s (%s) with (autovacuum_enabled = false)"
            .formatted(
                stage.quoted(),
                isBare ? BronzeTable.sourceColumns(shape) : BronzeTable.columns(shape)),
        "alter table " + stage.quoted() + " enable row level security");
    if (isBare) {
      BronzeTable.execute(
          connection, "comment on table %s is '%s%s'".formatted(stage.quoted(), BARE, run));
    }
  }

  /** The run whose rows a bare table holds; empty if the table has the loader's columns. */
  public static Optional<UUID> bareOf(Connection connection, QualifiedName stage)
      throws SQLException {
    String sql =
        """
        select substr(d.description, length(?) + 1) from pg_catalog.pg_description d
        where d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = ?::regclass
          and d.objsubid = 0 and starts_with(d.description, ?)
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, BARE);
      statement.setString(2, stage.quoted());
      statement.setString(3, BARE);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(UUID.fromString(rows.getString(1))) : Optional.empty();
      }
    }
  }

  /**
   * Gives a bare table the loader's columns. The rows that are there are not touched: PostgreSQL
   * keeps what a constant default was for rows that are older than the column.
   *
   * @param at when they were loaded
   */
  public static void complete(Connection connection, QualifiedName stage, Instant at)
      throws SQLException {
    Optional<UUID> run = bareOf(connection, stage);
    if (run.isEmpty()) {
      return;
    }
    BronzeTable.execute(
        connection,
        """
        alter table %s add column _ipai_run_id uuid not null default '%s',
          add column _ipai_loaded_at timestamptz not null default '%s',
          add column _ipai_op text not null default 'r', add column _ipai_rescued jsonb
        """
            .formatted(stage.quoted(), run.get(), at),
        """
        alter table %s alter column _ipai_run_id drop default,
          alter column _ipai_loaded_at drop default, alter column _ipai_op drop default
        """
            .formatted(stage.quoted()),
        "comment on table " + stage.quoted() + " is null");
  }

  public static boolean hasKeyIndex(Connection connection, QualifiedName table)
      throws SQLException {
    return BronzeTable.exists(
        connection,
        "select from pg_catalog.pg_index where indrelid = ?::regclass and indisunique"
            + " and indpred is null",
        table.quoted());
  }

  /**
   * Gives the table its unique index, once of several rows with one key only the last is left.
   * Returns how many were removed.
   *
   * @param where of a partial index, or empty
   */
  public static long index(
      Connection connection, QualifiedName table, List<String> key, String where)
      throws SQLException {
    String name = "ipai_key_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    String sql =
        "create unique index %s on %s (%s) %s"
            .formatted(name, table.quoted(), BronzeTable.identifiers(key), where);
    Savepoint before = connection.setSavepoint();
    try {
      BronzeTable.execute(connection, sql);
      connection.releaseSavepoint(before);
      return 0;
    } catch (SQLException failure) {
      if (!UNIQUE_VIOLATION.equals(failure.getSQLState())) {
        throw failure;
      }
      connection.rollback(before);
    }
    long removed = keepLast(connection, table, key);
    BronzeTable.execute(connection, sql);
    return removed;
  }

  private static long keepLast(Connection connection, QualifiedName table, List<String> key)
      throws SQLException {
    String sql =
        """
        delete from %1$s t using (
          select ctid, row_number() over (partition by %2$s order by _ipai_loaded_at desc, ctid desc) as age
          from %1$s) d
        where t.ctid = d.ctid and d.age > 1
        """
            .formatted(table.quoted(), BronzeTable.identifiers(key));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return statement.executeUpdate();
    }
  }

  /**
   * Drops what no stream is building any more, such as after a run that was given up.
   *
   * @return names of what was dropped
   */
  public static List<QualifiedName> sweep(Connection connection) throws SQLException {
    // The tables first: a stream says that it builds before it makes one.
    List<QualifiedName> found =
        names(
            connection,
            """
            select n.nspname, c.relname from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'ipai_stage' and c.relkind = 'r' and c.relname like '%.%'
            """);
    Set<QualifiedName> used = new HashSet<>();
    names(connection, "select schema_name, table_name from ipai.stream_state where builds_beside")
        .forEach(live -> used.add(of(live)));
    List<QualifiedName> dropped = found.stream().filter(name -> !used.contains(name)).toList();
    for (QualifiedName name : dropped) {
      BronzeTable.drop(connection, name);
    }
    return dropped;
  }

  private static List<QualifiedName> names(Connection connection, String sql) throws SQLException {
    List<QualifiedName> names = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(QualifiedName.of(rows.getString(1), rows.getString(2)));
      }
    }
    return names;
  }

  /** Moves it, still unseen, to where it will live. */
  static void moveTo(Connection connection, QualifiedName stage, QualifiedName live)
      throws SQLException {
    BronzeTable.execute(
        connection,
        "alter table " + stage.quoted() + " reset (autovacuum_enabled)",
        "alter table " + stage.quoted() + " set schema " + SqlText.identifier(live.schema()),
        "alter table %s rename to %s"
            .formatted(
                QualifiedName.of(live.schema(), stage.name()).quoted(),
                SqlText.identifier(live.name())));
  }
}
