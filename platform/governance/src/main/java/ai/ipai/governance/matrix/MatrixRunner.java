package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.RelationShape;
import ai.ipai.postgres.Database;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.List;

/**
 * Executes the matrix on a database that {@link MatrixScratch} filled: every caller through its own
 * door, every privilege in the catalog, every protection that the invariant names.
 */
public final class MatrixRunner {
  private final PermissionMatrix matrix;
  private final Expectation expectation;
  private final CatalogCheck catalog;
  private final ReadCheck reads;
  private final WriteCheck writes;

  public MatrixRunner(PermissionMatrix matrix, Database database) {
    Doors doors = new Doors(database);
    Cells cells = new Cells(doors);
    this.matrix = matrix;
    this.expectation = new Expectation(matrix.policies(), new FilterValues(doors));
    this.catalog = new CatalogCheck(matrix, doors, expectation, cells);
    this.reads = new ReadCheck(matrix, doors, expectation, cells);
    this.writes = new WriteCheck(matrix, doors, expectation);
  }

  /** All of it. */
  public MatrixReport run() throws SQLException {
    Findings findings = new Findings(false);
    catalog.invariant(findings);
    for (RelationShape table : matrix.tables()) {
      check(table, findings);
    }
    return findings.report();
  }

  /** Whether one table is protected as declared; stops at the first sign that it is not. */
  public boolean isAsDeclared(QualifiedName table) throws SQLException {
    Findings findings = new Findings(true);
    for (RelationShape shape : matrix.tables()) {
      if (shape.name().equals(table)) {
        check(shape, findings);
      }
    }
    if (!findings.isDone()) {
      catalog.invariant(findings);
    }
    return findings.report().isAsDeclared();
  }

  /** The cheap looks into the catalog first. */
  private void check(RelationShape table, Findings findings) throws SQLException {
    List<Stored> stored = catalog.stored(table);
    catalog.privileges(table, stored, findings);
    if (findings.isDone()) {
      return;
    }
    catalog.platform(table, findings);
    catalog.owner(table, stored, findings);
    boolean isWritable = expectation.anyWrite(table).isPresent();
    for (MatrixCaller caller : matrix.callers()) {
      if (findings.isDone()) {
        return;
      }
      reads.check(caller, table, stored, findings);
      if (isWritable) {
        writes.check(caller, table, findings);
      }
    }
  }
}
