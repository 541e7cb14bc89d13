package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.plan.PlannedField;
import ai.ipai.gateway.rest.plan.PlannedLogic;
import ai.ipai.gateway.rest.plan.WritePlan;
import ai.ipai.gateway.rest.plan.WritePlan.Conflict;
import ai.ipai.gateway.rest.request.Preferences.Resolution;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;

/** Changes of rows. */
final class WriteSql {
  private static final QualifiedName BODY = QualifiedName.of("", "pgrst_body");

  /** Counts rows that were new; always true. */
  private static final String COUNT_IN =
      "set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true),"
          + " '')::int, 0) + 1)::text, true) <> '0'";

  /** Takes back a row that turned out to be old; always true. */
  private static final String COUNT_OUT =
      "set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true),"
          + " '')::int, 0) - 1)::text, true) <> '-1'";

  private final Sql sql;
  private final Expressions expressions;
  private final BodySql bodies;

  WriteSql(Sql sql, Expressions expressions) {
    this.sql = sql;
    this.expressions = expressions;
    this.bodies = new BodySql(sql);
  }

  void change(WritePlan plan) {
    switch (plan) {
      case WritePlan.Insert insert -> insert(insert);
      case WritePlan.Update update -> update(update);
      case WritePlan.Delete delete -> {
        sql.raw("DELETE FROM ").name(delete.table()).raw(" ");
        where(delete.table(), delete.where());
        returning(delete);
      }
    }
  }

  private void insert(WritePlan.Insert insert) {
    sql.raw("INSERT INTO ").name(insert.table());
    if (insert.columns().isEmpty()) {
      sql.raw(" ");
    } else {
      sql.raw("(").list(insert.columns(), ", ", column -> sql.name(column.name())).raw(") ");
    }
    bodies.from(insert.body(), insert.columns(), true, false, insert.appliesDefaults());
    if (insert.isPut()) {
      sql.raw("WHERE ").raw(COUNT_IN).raw(" AND ");
      conditions(BODY, insert.where());
    } else if (insert.merges()) {
      sql.raw("WHERE ").raw(COUNT_IN);
    }
    insert.conflict().ifPresent(conflict -> conflict(insert, conflict));
    sql.raw(" ");
    returning(insert);
  }

  private void conflict(WritePlan.Insert insert, Conflict conflict) {
    if (conflict.columns().isEmpty()) {
      return;
    }
    sql.raw(" ON CONFLICT(").list(conflict.columns(), ", ", sql::name).raw(") ");
    if (conflict.resolution() == Resolution.IGNORE_DUPLICATES || insert.columns().isEmpty()) {
      sql.raw("DO NOTHING");
      return;
    }
    sql.raw("DO UPDATE SET ");
    sql.list(
        insert.columns(),
        ", ",
        column -> sql.name(column.name()).raw(" = EXCLUDED.").name(column.name()));
    sql.raw(" WHERE ").raw(COUNT_OUT);
  }

  private void update(WritePlan.Update update) {
    if (update.columns().isEmpty()) {
      nothing(update);
      return;
    }
    sql.raw("UPDATE ").name(update.table()).raw(" SET ");
    sql.list(update.columns(), ", ", this::assigned);
    sql.raw(" ");
    bodies.from(update.body(), update.columns(), false, false, update.appliesDefaults());
    where(update.table(), update.where());
    sql.raw(" ");
    returning(update);
  }

  private void assigned(PlannedField column) {
    sql.name(column.name()).raw(" = \"pgrst_body\".").name(column.name());
  }

  /** An empty body changes nothing, but its result has the columns that were asked for. */
  private void nothing(WritePlan.Update update) {
    sql.raw("SELECT ");
    if (update.returning().isEmpty()) {
      sql.raw("NULL");
    } else {
      QualifiedName bare = QualifiedName.of("", update.table().name());
      sql.list(update.returning(), ", ", name -> expressions.column(bare, name));
    }
    sql.raw(" FROM ").name(update.table()).raw(" WHERE false");
  }

  private void where(QualifiedName table, List<PlannedLogic> where) {
    if (!where.isEmpty()) {
      sql.raw(" WHERE ");
      conditions(table, where);
      sql.raw(" ");
    }
  }

  private void conditions(QualifiedName table, List<PlannedLogic> where) {
    sql.list(where, " AND ", logic -> expressions.logic(table, logic, expressions::joined));
  }

  private void returning(WritePlan plan) {
    sql.raw("RETURNING ");
    if (plan.returning().isEmpty()) {
      sql.raw("1");
    } else {
      sql.list(plan.returning(), ", ", name -> expressions.column(plan.table(), name));
    }
  }
}
