package ai.ipai.connectors.database;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.connector.SourceRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows by JDBC. A driver keeps as many as it fetches at a time, whatever they weigh: it begins with
 * few, and takes more only as long as they are light.
 */
final class ResultRows implements RowStream {
  private static final int FIRST_FETCH = 16;
  private static final long FETCH_BYTES = 4L << 20;

  private final PreparedStatement statement;
  private final List<TableField> fields;
  private final int mostFetched;
  private final int limit;
  private int given;
  private int looked;
  private long heaviest;
  private long weight;
  private List<SourceRow> taken = new ArrayList<>();
  private @Nullable ResultSet open;

  private record Bound(TableField field, String value) {}

  /** Executed by the first {@link #next}. */
  ResultRows(
      Connection connection,
      Dialect dialect,
      TableQuery query,
      TableCursor place,
      int pageSize,
      int timeoutSeconds)
      throws SQLException {
    this.fields = query.table().fields();
    this.mostFetched = dialect.fetchSize();
    this.limit = query.isKeyed() ? pageSize : Integer.MAX_VALUE;
    String inSql = query.isKeyed() ? dialect.limit(pageSize) : "";
    List<Bound> bounds = new ArrayList<>();
    String sql =
        query.rows(
            place,
            TableField::select,
            (field, value) -> {
              bounds.add(new Bound(field, value));
              return field.bind();
            },
            inSql);
    statement = connection.prepareStatement(sql);
    for (int i = 0; i < bounds.size(); i++) {
      FieldValues.bind(statement, i + 1, bounds.get(i).field(), bounds.get(i).value());
    }
    statement.setFetchSize(Math.min(FIRST_FETCH, mostFetched));
    statement.setQueryTimeout(timeoutSeconds);
    if (query.isKeyed() && inSql.isEmpty()) {
      statement.setMaxRows(pageSize);
    }
  }

  @Override
  public boolean next() throws SQLException {
    ResultSet rows = open;
    if (rows == null) {
      rows = statement.executeQuery();
      open = rows;
    }
    if (!rows.next()) {
      return false;
    }
    @Nullable Object[] values = new Object[fields.size()];
    weight = 16;
    for (int i = 0; i < values.length; i++) {
      values[i] = FieldValues.read(rows, i + 1, fields.get(i));
      weight += BatchWeight.of(values[i]);
    }
    given++;
    heaviest = Math.max(heaviest, weight);
    if (++looked == FIRST_FETCH) {
      long fitting = Math.max(1, FETCH_BYTES / heaviest);
      rows.setFetchSize((int) Math.min(fitting, mostFetched));
      looked = 0;
      heaviest = 0;
    }
    taken.add(SourceRow.present(values));
    return true;
  }

  @Override
  public List<SourceRow> taken() {
    List<SourceRow> rows = taken;
    taken = new ArrayList<>();
    return rows;
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public boolean isLimited() {
    return given >= limit;
  }

  @Override
  public void cancel() throws SQLException {
    statement.cancel();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
