package ai.ipai.pipelines.run;

import ai.ipai.pipelines.compile.Catalog;
import ai.ipai.pipelines.compile.RelationColumn;
import ai.ipai.pipelines.compile.ResultTable;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.spi.name.QualifiedName;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What templates learn of the database, on the builder's connection. */
final class DatabaseCatalog implements Catalog {
  private static final int MAX_ROWS = 100_000;

  private final BuildSession session;

  DatabaseCatalog(BuildSession session) {
    this.session = session;
  }

  @Override
  public ResultTable query(String sql) {
    try {
      session.run("savepoint query");
      try {
        ResultTable found = ask(sql);
        session.run("release savepoint query");
        return found;
      } catch (SQLException failed) {
        session.run("rollback to savepoint query"); // a build goes on where a test's query fails
        throw failed;
      }
    } catch (SQLException failed) {
      throw new TemplateException("run_query(): " + SqlFaults.message(failed), failed);
    }
  }

  private ResultTable ask(String sql) throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      statement.setMaxRows(MAX_ROWS);
      if (!statement.execute(sql)) {
        return ResultTable.EMPTY;
      }
      try (ResultSet rows = statement.getResultSet()) {
        return read(rows);
      }
    }
  }

  private static ResultTable read(ResultSet rows) throws SQLException {
    List<String> names = new ArrayList<>();
    int width = rows.getMetaData().getColumnCount();
    for (int i = 1; i <= width; i++) {
      names.add(rows.getMetaData().getColumnLabel(i));
    }
    List<List<@Nullable Object>> records = new ArrayList<>();
    while (rows.next()) {
      List<@Nullable Object> record = new ArrayList<>();
      for (int i = 1; i <= width; i++) {
        record.add(value(rows.getObject(i)));
      }
      records.add(record);
    }
    return new ResultTable(names, records);
  }

  private static @Nullable Object value(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean flag -> flag;
      case BigDecimal decimal -> decimal;
      case Number number -> Values.of(number);
      default -> value.toString();
    };
  }

  @Override
  public List<RelationColumn> columns(QualifiedName relation) {
    List<RelationColumn> columns = new ArrayList<>();
    try (PreparedStatement statement =
        session
            .connection()
            .prepareStatement(
                """
                select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a
                where a.attrelid = pg_catalog.to_regclass(?) and a.attnum > 0 and not a.attisdropped order by a.attnum
                """)) {
      statement.setString(1, relation.quoted());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(new RelationColumn(rows.getString(1), rows.getString(2)));
        }
      }
    } catch (SQLException failed) {
      throw new TemplateException(
          "get_columns_in_relation(): " + SqlFaults.message(failed), failed);
    }
    return columns;
  }

  @Override
  public Optional<String> kindOf(QualifiedName relation) {
    try {
      return session.kindOf(relation);
    } catch (SQLException failed) {
      throw new TemplateException("get_relation(): " + SqlFaults.message(failed), failed);
    }
  }
}
