package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.Rendering;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a masked table is stored: an open part with every column, the masked ones rendered, and for
 * each class of masks a part with the clear values. Pure.
 *
 * @param open name of the open part
 * @param clear the parts of clear values
 */
record Split(AccessPlan plan, QualifiedName open, List<ClearPart> clear) {
  private static final String ROW_ID = SqlText.identifier(PolicyCompiler.ROW_ID);

  /** Clear values that the same subjects may see. */
  record ClearPart(QualifiedName name, List<ColumnMask> masks) {
    ClearPart {
      masks = List.copyOf(masks);
    }

    Set<String> columns() {
      Set<String> columns = new TreeSet<>();
      masks.forEach(mask -> columns.add(mask.column().name()));
      return columns;
    }
  }

  Split {
    clear = List.copyOf(clear);
  }

  static Split of(AccessPlan plan, long version) {
    List<ClearPart> parts = new ArrayList<>();
    for (List<ColumnMask> masks : plan.maskClasses().values()) {
      String suffix = "_clear" + (parts.size() + 1);
      parts.add(new ClearPart(PartName.of(plan.relation().name(), version, suffix), masks));
    }
    return new Split(plan, PartName.of(plan.relation().name(), version, "_open"), parts);
  }

  List<QualifiedName> parts() {
    List<QualifiedName> parts = new ArrayList<>();
    parts.add(open);
    clear.forEach(part -> parts.add(part.name()));
    return parts;
  }

  /** Fills the parts from a whole table that carries a row id. */
  List<String> createParts(QualifiedName whole) {
    List<String> statements = new ArrayList<>();
    statements.add(
        "alter table "
            + whole.quoted()
            + " add column "
            + ROW_ID
            + " bigint generated always as identity");
    List<String> columns = new ArrayList<>();
    columns.add(ROW_ID);
    for (ColumnShape column : plan.relation().columns()) {
      columns.add(rendered(column));
    }
    create(statements, open, columns, whole);
    for (ClearPart part : clear) {
      List<String> kept = new ArrayList<>();
      kept.add(ROW_ID);
      for (ColumnShape column : plan.relation().columns()) {
        if (part.columns().contains(column.name())
            || plan.filterColumns().contains(column.name())) {
          kept.add(SqlText.identifier(column.name()));
        }
      }
      create(statements, part.name(), kept, whole);
    }
    for (ColumnShape column : plan.relation().columns()) {
      if (column.isNotNull() && mask(column).isEmpty()) {
        statements.add(
            "alter table "
                + open.quoted()
                + " alter column "
                + SqlText.identifier(column.name())
                + " set not null");
      }
    }
    return statements;
  }

  private static void create(
      List<String> statements, QualifiedName part, List<String> columns, QualifiedName whole) {
    statements.add(
        "create table "
            + part.quoted()
            + " as select "
            + String.join(", ", columns)
            + " from "
            + whole.quoted());
    statements.add("alter table " + part.quoted() + " add primary key (" + ROW_ID + ")");
  }

  private List<ColumnMask> mask(ColumnShape column) {
    return plan.masks().stream().filter(m -> m.column().name().equals(column.name())).toList();
  }

  private String rendered(ColumnShape column) {
    String name = SqlText.identifier(column.name());
    List<ColumnMask> masks = mask(column);
    return masks.isEmpty() ? name : render(masks.getFirst()) + " as " + name;
  }

  /** The rendering, of the column's own type. */
  static String render(ColumnMask mask) {
    String column = SqlText.identifier(mask.column().name());
    String digest =
        "sha256((select salt from ipai.mask_salt) || convert_to(" + column + "::text, 'UTF8'))";
    String expression =
        switch (mask.rendering()) {
          case Rendering.Null ignored -> "null";
          case Rendering.Hash ignored ->
              mask.column().baseType().equals("uuid")
                  ? "encode(substr(" + digest + ", 1, 16), 'hex')"
                  : "encode(" + digest + ", 'hex')";
          case Rendering.Partial ignored -> partial(column);
          case Rendering.Redact ignored -> "'redacted'";
          case Rendering.Sql(String sql) -> "(" + sql + ")";
        };
    return "cast(" + expression + " as " + mask.column().type() + ")";
  }

  private static String partial(String column) {
    return "case when position('@' in "
        + column
        + ") > 1 then left("
        + column
        + ", 1) || '***@' || split_part("
        + column
        + ", '@', 2) when length("
        + column
        + ") < 6 then '***' when "
        + column
        + " is not null then left("
        + column
        + ", 1) || '***' || right("
        + column
        + ", 2) end";
  }

  /** The published name: who sees a clear part gets its values, everybody else the rendering. */
  String createView() {
    List<String> columns = new ArrayList<>();
    for (ColumnShape column : plan.relation().columns()) {
      columns.add(viewColumn(SqlText.identifier(column.name()), column.name()));
    }
    StringBuilder sql = new StringBuilder("create view ");
    sql.append(plan.relation().name().quoted())
        .append(" with (security_invoker = true) as select ");
    sql.append(String.join(", ", columns)).append(" from ").append(open.quoted()).append(" o");
    for (int i = 0; i < clear.size(); i++) {
      String alias = "c" + (i + 1);
      sql.append(" left join ").append(clear.get(i).name().quoted()).append(' ').append(alias);
      sql.append(" on ").append(alias).append('.').append(ROW_ID).append(" = o.").append(ROW_ID);
    }
    return sql.toString();
  }

  private String viewColumn(String quoted, String name) {
    for (int i = 0; i < clear.size(); i++) {
      if (clear.get(i).columns().contains(name)) {
        String alias = "c" + (i + 1);
        return "case when "
            + alias
            + "."
            + ROW_ID
            + " is null then o."
            + quoted
            + " else "
            + alias
            + "."
            + quoted
            + " end as "
            + quoted;
      }
    }
    return "o." + quoted;
  }

  List<String> protect(String owner) {
    List<String> statements = new ArrayList<>(Protection.ofOpenPart(open, owner, plan));
    for (ClearPart part : clear) {
      statements.addAll(Protection.ofClearPart(part.name(), owner, plan, part.masks()));
    }
    statements.addAll(Protection.ofView(plan.relation().name(), owner, plan));
    return statements;
  }
}
