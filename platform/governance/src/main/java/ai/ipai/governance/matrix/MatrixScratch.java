package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty database of its own with the matrix's tables and probe rows, protected by the real
 * compiler and publisher. Never run it on a database that holds data.
 */
public final class MatrixScratch {
  private MatrixScratch() {}

  public static void build(PermissionMatrix matrix, Database scratch) throws SQLException {
    bindClaims(matrix, scratch);
    for (RelationShape table : matrix.tables()) {
      RelationShape probed = withProbe(table);
      AccessPlan plan = plan(matrix.policies(), table);
      if (table.isBronze()) {
        bronze(matrix, scratch, probed, plan);
      } else {
        published(matrix, scratch, probed, plan);
      }
    }
  }

  /** What a set of policies compiles to for a table as it stands in the scratch database. */
  static AccessPlan plan(PolicySet policies, RelationShape table) {
    return withoutProbeMask(PolicyCompiler.compile(policies, withProbe(table)));
  }

  /** Direct logins get the claims that the matrix expects of them. */
  private static void bindClaims(PermissionMatrix matrix, Database scratch) throws SQLException {
    new ControlTransactions(scratch)
        .run(
            CallerOptions.writing(),
            connection -> {
              try (PreparedStatement update =
                  connection.prepareStatement(
                      "update ipai.login_principal set claims = ?::jsonb where login = ?")) {
                for (MatrixCaller caller : matrix.callers()) {
                  if (caller.login().isPresent()) {
                    update.setString(1, caller.claimsJson());
                    update.setString(2, caller.login().get().role());
                    update.executeUpdate();
                  }
                }
              }
              return true;
            });
  }

  private static RelationShape withProbe(RelationShape table) {
    List<ColumnShape> columns = new ArrayList<>(table.columns());
    columns.add(new ColumnShape(Probes.ID, "integer", false));
    return new RelationShape(table.name(), table.kind(), columns, List.of());
  }

  private static AccessPlan withoutProbeMask(AccessPlan plan) {
    return new AccessPlan(
        plan.relation(),
        plan.rules(),
        plan.masks().stream().filter(mask -> !mask.column().name().equals(Probes.ID)).toList());
  }

  private static void bronze(
      PermissionMatrix matrix, Database scratch, RelationShape table, AccessPlan plan)
      throws SQLException {
    try (Connection loader = scratch.open(Login.LOADER)) {
      loader.setAutoCommit(false);
      execute(loader, "create schema if not exists " + SqlText.identifier(table.name().schema()));
      fill(matrix, loader, table, table.name());
      Publisher.protect(loader, plan);
      loader.commit();
    }
  }

  private static void published(
      PermissionMatrix matrix, Database scratch, RelationShape table, AccessPlan plan)
      throws SQLException {
    QualifiedName built = QualifiedName.of("ipai_build", "matrix_probe");
    try (Connection builder = scratch.open(Login.BUILDER);
        Connection publisher = scratch.open(Login.PUBLISHER)) {
      fill(matrix, builder, table, built);
      publisher.setAutoCommit(false);
      Publisher.publish(publisher, built, plan);
      publisher.commit();
    }
  }

  private static void fill(
      PermissionMatrix matrix, Connection connection, RelationShape table, QualifiedName name)
      throws SQLException {
    List<String> columns = new ArrayList<>();
    for (ColumnShape column : table.columns()) {
      columns.add(SqlText.identifier(column.name()) + " " + column.type());
    }
    execute(connection, "create table " + name.quoted() + " (" + String.join(", ", columns) + ")");
    for (Map<String, @Nullable String> row : matrix.probes(table.name())) {
      execute(connection, insert(name, table, row));
    }
  }

  static String insert(QualifiedName name, RelationShape table, Map<String, @Nullable String> row) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    row.forEach(
        (column, value) -> {
          names.add(SqlText.identifier(column));
          values.add(constant(table, column, value));
        });
    return "insert into "
        + name.quoted()
        + " ("
        + String.join(", ", names)
        + ") values ("
        + String.join(", ", values)
        + ")";
  }

  /** Turns every row that the caller reaches into a probe row. */
  static String update(RelationShape table, Map<String, @Nullable String> row) {
    List<String> settings = new ArrayList<>();
    row.forEach(
        (column, value) ->
            settings.add(SqlText.identifier(column) + " = " + constant(table, column, value)));
    return "update " + table.name().quoted() + " set " + String.join(", ", settings);
  }

  private static String constant(RelationShape table, String column, @Nullable String value) {
    String type = table.column(column).map(ColumnShape::type).orElse("integer");
    return value == null ? "null" : "cast(" + SqlText.literal(value) + " as " + type + ")";
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
