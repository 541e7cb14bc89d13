package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.plan.PlannedField;
import ai.ipai.spi.name.SqlText;
import java.util.List;

/** A body of JSON as rows. */
final class BodySql {
  private final Sql sql;

  BodySql(Sql sql) {
    this.sql = sql;
  }

  /**
   * {@code FROM} of a statement: {@code pgrst_body} has one column for each field.
   *
   * @param selects whether a {@code SELECT} of all of them stands before it
   * @param onlyFirst whether only the first row counts
   */
  void from(
      byte[] body,
      List<PlannedField> fields,
      boolean selects,
      boolean onlyFirst,
      boolean defaults) {
    boolean isObject = isObject(body);
    if (selects) {
      sql.raw("SELECT ");
      sql.list(fields, ", ", field -> sql.raw("\"pgrst_body\".").name(field.name()));
      sql.raw(" ");
    }
    sql.raw("FROM (SELECT ").bind(new Bind.Utf8(body));
    sql.raw(defaults ? "::jsonb" : "::json").raw(" AS json_data) pgrst_payload, ");
    if (defaults) {
      defaults(fields, isObject);
    }
    sql.raw("LATERAL (SELECT ").list(fields, ", ", this::parsed).raw(" FROM ");
    rows(fields, isObject, onlyFirst, defaults);
    sql.raw(") pgrst_body ");
  }

  private void defaults(List<PlannedField> fields, boolean isObject) {
    sql.raw("LATERAL (SELECT ");
    if (isObject) {
      object(fields);
      sql.raw(" || pgrst_payload.json_data AS val) pgrst_json_defs, ");
    } else {
      sql.raw("jsonb_agg(");
      object(fields);
      sql.raw(
          " || elem) AS val FROM jsonb_array_elements(pgrst_payload.json_data) elem)"
              + " pgrst_json_defs, ");
    }
  }

  private void object(List<PlannedField> fields) {
    List<PlannedField> known =
        fields.stream().filter(field -> field.defaultExpression().isPresent()).toList();
    sql.raw("jsonb_build_object(");
    sql.list(
        known,
        ", ",
        field ->
            sql.catalog(SqlText.literal(field.name()))
                .raw(", ")
                .catalog(field.defaultExpression().orElseThrow()));
    sql.raw(")");
  }

  private void parsed(PlannedField field) {
    field.transform().ifPresent(function -> sql.catalog(function).raw("("));
    sql.name(field.name());
    field.transform().ifPresent(function -> sql.raw(") AS ").name(field.name()));
  }

  private void rows(
      List<PlannedField> fields, boolean isObject, boolean onlyFirst, boolean defaults) {
    String value = defaults ? "(pgrst_json_defs.val)" : "(pgrst_payload.json_data)";
    String type = defaults ? "jsonb" : "json";
    if (fields.isEmpty()) {
      sql.raw(isObject ? "(values(1)) _ " : type + "_array_elements" + value + " _ ");
      return;
    }
    sql.raw(type).raw(isObject ? "_to_record" : "_to_recordset").raw(value).raw(" AS _(");
    sql.list(fields, ", ", field -> sql.name(field.name()).raw(" ").catalog(field.type()));
    sql.raw(") ").raw(onlyFirst ? "LIMIT 1" : "");
  }

  private static boolean isObject(byte[] body) {
    for (byte one : body) {
      if (" \t\n\r".indexOf(one) < 0) {
        return one == '{';
      }
    }
    return false;
  }
}
