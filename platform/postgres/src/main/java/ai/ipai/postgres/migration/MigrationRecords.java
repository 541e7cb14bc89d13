package ai.ipai.postgres.migration;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code supabase_migrations.schema_migrations}, which the Supabase CLI keeps too. Source: the
 * CLI's {@code pkg/migration/history.go}.
 */
final class MigrationRecords {
  /** "ipai" as a number: any constant that others do not use. */
  private static final long LOCK = 0x6970_6169L;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private MigrationRecords() {}

  /** One flight; nothing happens where all is there already. */
  static void prepare(Connection connection) throws SQLException {
    if (exists(connection)) {
      return;
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      lock(connection);
      statement.execute(
          """
          create schema if not exists supabase_migrations;
          create table if not exists supabase_migrations.schema_migrations (
            version text not null primary key);
          alter table supabase_migrations.schema_migrations
            add column if not exists statements text[];
          alter table supabase_migrations.schema_migrations add column if not exists name text;
          """);
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static boolean exists(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select count(*) from pg_attribute
                where attrelid = to_regclass('supabase_migrations.schema_migrations')
                  and attname in ('version', 'statements', 'name') and not attisdropped
                """)) {
      return rows.next() && rows.getInt(1) == 3;
    }
  }

  /** By version; empty where the table is not there. */
  static Map<String, RecordedMigration> read(Connection connection) throws SQLException {
    Map<String, RecordedMigration> recorded = new LinkedHashMap<>();
    if (!exists(connection)) {
      return recorded;
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select version, coalesce(name, ''), statements
                from supabase_migrations.schema_migrations order by version
                """)) {
      while (rows.next()) {
        @Nullable Array statements = rows.getArray(3);
        recorded.put(
            rows.getString(1),
            new RecordedMigration(
                rows.getString(1),
                rows.getString(2),
                statements == null ? List.of() : List.of((String[]) statements.getArray())));
      }
    }
    return recorded;
  }

  /** Until the end of the transaction. Errors: {@code PG-054} after a minute. */
  static void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set local lock_timeout = '60s'");
      statement.execute("set local statement_timeout = 0");
      statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
    } catch (SQLException failed) {
      if (LOCK_NOT_AVAILABLE.equals(failed.getSQLState())) {
        throw new IpaiException(
                PostgresErrors.MIGRATION_BUSY, "Another migration runs and does not end.", failed)
            .hint("Wait for it, or end its session; then run ./ipai migrate again.");
      }
      throw failed;
    }
  }

  /** Whatever role and settings the file left behind end here. */
  static void write(Connection connection, Migration migration, List<SqlStatement> statements)
      throws SQLException {
    try (Statement reset = connection.createStatement()) {
      reset.execute("reset role; reset all");
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into supabase_migrations.schema_migrations (version, name, statements)
            values (?, ?, ?)
            """)) {
      insert.setString(1, migration.version());
      insert.setString(2, migration.name());
      String[] texts = statements.stream().map(SqlStatement::text).toArray(String[]::new);
      insert.setArray(3, connection.createArrayOf("text", texts));
      insert.executeUpdate();
    }
  }
}
