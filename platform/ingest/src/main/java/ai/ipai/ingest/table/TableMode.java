package ai.ipai.ingest.table;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits a table that has rows to the way in which its stream is kept now. Never removes a row: what
 * cannot be had without is refused, with the way to get there.
 */
public final class TableMode {
  private static final String FROM = "_ipai_valid_from";
  private static final String TO = "_ipai_valid_to";
  private static final String UNIQUE_VIOLATION = "23505";

  private TableMode() {}

  /**
   * Fits a live table.
   *
   * @param key table column names
   * @throws IpaiException {@code ING-008} if the rows that are there do not allow it
   */
  public static void fit(
      Connection connection, QualifiedName table, SyncMode mode, List<String> key)
      throws SQLException {
    boolean hasVersions = hasVersions(connection, table);
    switch (mode) {
      case MERGE, CDC -> {
        if (hasVersions) {
          throw refused(table, "holds several versions of a row");
        }
        if (!key.equals(uniqueKey(connection, table))) {
          unique(connection, table, key);
        }
      }
      case HISTORY -> {
        if (!hasVersions) {
          makeHistory(connection, table, key);
        }
      }
      case APPEND -> {
        if (hasVersions) {
          throw refused(table, "holds several versions of a row");
        }
        dropKey(connection, table);
        if (!key.isEmpty() && !hasIndex(connection, table, key)) {
          BronzeTable.execute(
              connection,
              "create index on %s (%s)".formatted(table.quoted(), BronzeTable.identifiers(key)));
        }
      }
      case FULL_REFRESH -> {}
    }
  }

  /** Whether the rows that are there can become the first versions of a history, or are one. */
  public static boolean allowsHistory(Connection connection, QualifiedName table, List<String> key)
      throws SQLException {
    return hasVersions(connection, table)
        || !BronzeTable.exists(
            connection,
            "select from %s group by %s having count(*) > 1 limit 1"
                .formatted(table.quoted(), BronzeTable.identifiers(key)));
  }

  private static boolean hasIndex(Connection connection, QualifiedName table, List<String> key)
      throws SQLException {
    return strings(
            connection,
            """
            select string_agg(a.attname, '/' order by k.at)
            from pg_catalog.pg_index i, unnest(i.indkey::int2[]) with ordinality k(n, at),
              pg_catalog.pg_attribute a
            where i.indrelid = ?::regclass and i.indpred is null
              and a.attrelid = i.indrelid and a.attnum = k.n
            group by i.indexrelid
            """,
            table)
        .contains(String.join("/", key));
  }

  /** From now on each version of a row is kept; what is there is the first version. */
  public static void makeHistory(Connection connection, QualifiedName table, List<String> key)
      throws SQLException {
    String name = table.quoted();
    dropKey(connection, table);
    BronzeTable.execute(
        connection,
        "alter table %s add column %s timestamptz not null default now()".formatted(name, FROM),
        "alter table %s alter column %s drop default".formatted(name, FROM),
        "alter table %s add column %s timestamptz".formatted(name, TO),
        "update %s set %s = %s where _ipai_op = 'd'".formatted(name, TO, FROM));
    try {
      BronzeTable.execute(
          connection,
          "create unique index on %s (%s) where %s is null"
              .formatted(name, BronzeTable.identifiers(key), TO));
    } catch (SQLException failure) {
      throw described(failure, table);
    }
  }

  private static boolean hasVersions(Connection connection, QualifiedName table)
      throws SQLException {
    return BronzeTable.exists(
        connection,
        "select from pg_catalog.pg_attribute where attrelid = ?::regclass and attname = ?"
            + " and not attisdropped",
        table.quoted(),
        TO);
  }

  private static void unique(Connection connection, QualifiedName table, List<String> key)
      throws SQLException {
    dropKey(connection, table);
    Savepoint before = connection.setSavepoint();
    try {
      BronzeTable.execute(
          connection,
          "create unique index on %s (%s)".formatted(table.quoted(), BronzeTable.identifiers(key)));
      connection.releaseSavepoint(before);
    } catch (SQLException failure) {
      connection.rollback(before);
      throw described(failure, table);
    }
  }

  private static void dropKey(Connection connection, QualifiedName table) throws SQLException {
    for (String index :
        strings(
            connection,
            "select indexrelid::regclass::text from pg_catalog.pg_index"
                + " where indrelid = ?::regclass and indisunique and not indisprimary",
            table)) {
      BronzeTable.execute(connection, "drop index " + index);
    }
  }

  /** Columns of the unique index in its order; empty if there is none. */
  private static List<String> uniqueKey(Connection connection, QualifiedName table)
      throws SQLException {
    return strings(
        connection,
        """
        select a.attname from pg_catalog.pg_index i, unnest(i.indkey::int2[]) with ordinality k(n, at),
          pg_catalog.pg_attribute a
        where i.indrelid = ?::regclass and i.indisunique and i.indpred is null
          and a.attrelid = i.indrelid and a.attnum = k.n
        order by i.indexrelid, k.at
        """,
        table);
  }

  private static List<String> strings(Connection connection, String sql, QualifiedName table)
      throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table.quoted());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          strings.add(rows.getString(1));
        }
      }
    }
    return strings;
  }

  private static RuntimeException described(SQLException failure, QualifiedName table)
      throws SQLException {
    if (UNIQUE_VIOLATION.equals(failure.getSQLState())) {
      return refused(table, "holds several rows with one key");
    }
    throw failure;
  }

  private static IpaiException refused(QualifiedName table, String why) {
    return new IpaiException(
            IngestErrors.KEY_CHANGED, table + " " + why + ", which its new sync mode cannot keep")
        .fact("table", table)
        .hint(
            "run the sync with --full-refresh: the table is built anew and the rows of today stay as "
                + TableSwap.previous(table));
  }
}
