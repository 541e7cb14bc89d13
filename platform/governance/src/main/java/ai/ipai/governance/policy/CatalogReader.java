package ai.ipai.governance.policy;

import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads shapes from the catalog, which every login may. */
public final class CatalogReader {
  private static final String RELATIONS =
      """
      select n.nspname, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        case when c.relkind = 'v' then (
          select array_agg(distinct format('%s.%s', rn.nspname, rc.relname))
          from pg_rewrite r
          join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
          join pg_class rc on rc.oid = d.refobjid and rc.relkind in ('r', 'v', 'p', 'm', 'f')
          join pg_namespace rn on rn.oid = rc.relnamespace
          where r.ev_class = c.oid) end
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p', 'v') and
      """;
  private static final String ORDER = " order by n.nspname, c.relname, a.attnum";

  private CatalogReader() {}

  /** Every table and view of every layer. */
  public static CatalogSnapshot read(Connection connection) throws SQLException {
    // A replaced or discarded part of a table, _ipai_…, is nobody's: a pattern must not open it.
    String sql =
        RELATIONS
            + "n.nspname ~ '^(bronze|silver|gold|platinum)_' and c.relname !~ '^_ipai_'"
            + ORDER;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      return CatalogSnapshot.of(new ArrayList<>(shapes(query).values()));
    }
  }

  /**
   * The shape that a relation will have under another name, such as a model that was just built.
   *
   * <p>Errors: {@code GOV-020} where it does not exist.
   */
  public static RelationShape shape(Connection connection, QualifiedName source, QualifiedName as)
      throws SQLException {
    String sql = RELATIONS + "n.nspname = ? and c.relname = ?" + ORDER;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, source.schema());
      query.setString(2, source.name());
      RelationShape found = shapes(query).get(source);
      if (found == null) {
        throw new IpaiException(
                GovernanceErrors.SOURCE_MISSING, "There is no table or view " + source + ".")
            .fact("relation", source);
      }
      return new RelationShape(as, found.kind(), found.columns(), found.reads());
    }
  }

  private static Map<QualifiedName, RelationShape> shapes(PreparedStatement query)
      throws SQLException {
    Map<QualifiedName, RelationShape> shapes = new TreeMap<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        QualifiedName name = QualifiedName.of(row.getString(1), row.getString(2));
        ColumnShape column = new ColumnShape(row.getString(4), row.getString(5), row.getBoolean(6));
        RelationShape before = shapes.get(name);
        List<ColumnShape> columns = new ArrayList<>(before == null ? List.of() : before.columns());
        columns.add(column);
        shapes.put(name, shape(name, row, columns));
      }
    }
    return shapes;
  }

  private static RelationShape shape(QualifiedName name, ResultSet row, List<ColumnShape> columns)
      throws SQLException {
    List<QualifiedName> reads = reads(row.getArray(7));
    boolean isMasked = reads.stream().anyMatch(read -> read.schema().equals("ipai_part"));
    boolean isView = row.getString(3).equals("v") && !isMasked;
    return new RelationShape(
        name,
        isView ? RelationShape.Kind.VIEW : RelationShape.Kind.TABLE,
        columns,
        isView
            ? reads.stream().filter(read -> ObjectPattern.isLayer(read.schema())).toList()
            : List.of());
  }

  private static List<QualifiedName> reads(@org.jspecify.annotations.Nullable Array names)
      throws SQLException {
    return names == null
        ? List.of()
        : Arrays.stream((String[]) names.getArray()).sorted().map(QualifiedName::parse).toList();
  }
}
