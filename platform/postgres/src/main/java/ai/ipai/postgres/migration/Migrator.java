package ai.ipai.postgres.migration;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Applies migrations in Supabase's convention, each in one transaction together with its record, so
 * that whatever interrupts it leaves a file wholly applied or not at all. Safe to run from several
 * processes at once: one works, the others wait and find it done.
 */
public final class Migrator {
  private final MigrationSet set;

  public Migrator(MigrationSet set) {
    this.set = set;
  }

  /** What {@link #apply} would do, without doing it. */
  public List<Migration> pending(Connection connection) {
    try {
      Map<String, RecordedMigration> recorded = MigrationRecords.read(connection);
      return set.migrations().stream().filter(m -> !recorded.containsKey(m.version())).toList();
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  /**
   * Brings the database to this release.
   *
   * <p>Errors: {@code PG-050} a statement failed, with file, line and SQLSTATE; {@code PG-051} the
   * database is of a newer release; {@code PG-052} a file cannot be read as SQL; {@code PG-054}
   * another migration runs and does not end.
   *
   * @param connection of the owner, in autocommit mode, outside a transaction; given back so
   */
  public MigrationReport apply(Connection connection) {
    try {
      MigrationRecords.prepare(connection);
      Map<String, RecordedMigration> recorded = MigrationRecords.read(connection);
      refuseNewer(recorded);
      List<String> warnings = new ArrayList<>();
      List<Migration> applied = new ArrayList<>();
      List<Migration> present = new ArrayList<>();
      for (Migration migration : set.migrations()) {
        @Nullable RecordedMigration record = recorded.get(migration.version());
        if (record != null) {
          present.add(migration);
          warnWhereChanged(migration, record, warnings);
        } else if (apply(connection, migration)) {
          applied.add(migration);
        } else {
          present.add(migration);
        }
      }
      warnOutOfOrder(applied, present, warnings);
      return new MigrationReport(applied, present, warnings);
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  /** False where another process was faster. */
  private boolean apply(Connection connection, Migration migration) throws SQLException {
    List<SqlStatement> statements = statements(migration);
    connection.setAutoCommit(false);
    try {
      MigrationRecords.lock(connection);
      if (MigrationRecords.read(connection).containsKey(migration.version())) {
        return false;
      }
      for (SqlStatement statement : statements) {
        execute(connection, migration, statement);
      }
      MigrationRecords.write(connection, migration, statements);
      connection.commit();
      return true;
    } finally {
      rollBack(connection);
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException cut) {
      // The server rolls back what it lost.
    }
  }

  private static List<SqlStatement> statements(Migration migration) {
    try {
      List<SqlStatement> statements = SqlSplitter.split(migration.sql());
      statements.forEach(TransactionControl::refuse);
      return statements;
    } catch (IpaiException syntax) {
      throw syntax.fact("file", migration.file());
    }
  }

  private static void execute(Connection connection, Migration migration, SqlStatement statement)
      throws SQLException {
    try (Statement running = connection.createStatement()) {
      running.setEscapeProcessing(false);
      running.execute(statement.text());
    } catch (SQLException failed) {
      throw failed(migration, statement, failed);
    }
  }

  private static RuntimeException failed(
      Migration migration, SqlStatement statement, SQLException failure) {
    Optional<IpaiException> infrastructure = PostgresFault.infrastructure(failure);
    if (infrastructure.isPresent()) {
      return infrastructure.get().fact("file", migration.file()).fact("line", statement.line());
    }
    int line = line(statement, failure);
    return new IpaiException(
            PostgresErrors.MIGRATION_FAILED,
            migration.file() + ", line " + line + ": " + message(failure),
            failure)
        .fact("file", migration.file())
        .fact("line", line)
        .fact("sqlstate", String.valueOf(failure.getSQLState()))
        .hint("Nothing of this file was kept. Mend the cause, then run ./ipai migrate again.");
  }

  /** Migrations are ours and hold no values of rows: PostgreSQL's own words may be shown. */
  private static String message(SQLException failure) {
    ServerErrorMessage server =
        failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
    return server == null
        ? String.valueOf(failure.getMessage())
        : String.valueOf(server.getMessage());
  }

  private static int line(SqlStatement statement, SQLException failure) {
    ServerErrorMessage server =
        failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
    int position = server == null ? 0 : server.getPosition();
    String before =
        statement.text().substring(0, Math.clamp(position - 1L, 0, statement.text().length()));
    return statement.line() + (int) before.chars().filter(c -> c == '\n').count();
  }

  /**
   * The table belongs to the project as well: its own migrations are none of ours. Ours are named
   * {@code ipai_…}.
   */
  private void refuseNewer(Map<String, RecordedMigration> recorded) {
    List<String> unknown =
        recorded.values().stream()
            .filter(r -> r.name().startsWith("ipai_"))
            .filter(r -> set.migrations().stream().noneMatch(m -> m.version().equals(r.version())))
            .map(r -> r.version() + "_" + r.name())
            .sorted()
            .toList();
    if (!unknown.isEmpty()) {
      throw new IpaiException(
              PostgresErrors.MIGRATION_UNKNOWN,
              "The database is of a newer release of the platform: it has "
                  + String.join(", ", unknown)
                  + ".")
          .hint("Start that release, or restore a backup from before the upgrade.");
    }
  }

  private static void warnWhereChanged(
      Migration migration, RecordedMigration record, List<String> warnings) {
    List<String> now = SqlSplitter.split(migration.sql()).stream().map(SqlStatement::text).toList();
    if (!record.isUnchanged(now)) {
      warnings.add(
          migration.file() + " differs from what was applied; changes belong in a new migration.");
    }
  }

  private static void warnOutOfOrder(
      List<Migration> applied, List<Migration> present, List<String> warnings) {
    for (Migration migration : applied) {
      present.stream()
          .filter(later -> later.compareTo(migration) > 0)
          .findFirst()
          .ifPresent(
              later ->
                  warnings.add(
                      migration.file() + " was applied after the later " + later.file() + "."));
    }
  }
}
