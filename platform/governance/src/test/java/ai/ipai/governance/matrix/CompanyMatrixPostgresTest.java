package ai.ipai.governance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.PolicyCheck;
import ai.ipai.governance.policy.PolicyReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The example company's own policies over all of its tables, as the demo makes them: every role on
 * every object, and every single change of the policies noticed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CompanyMatrixPostgresTest {
  private static final Path COMPANY =
      Path.of(System.getProperty("ipai.root", "../..")).resolve("examples/company");

  private final TestDatabase test = TestPostgres.create();
  private final CatalogSnapshot tables = tables();
  private final PolicySet policies = policies();
  private final PermissionMatrix matrix = PermissionMatrix.of(policies, tables);

  /** One line a table, as the demo left them: the name, then {@code column:type}, by tabs. */
  static CatalogSnapshot tables() {
    try (var stream = CompanyMatrixPostgresTest.class.getResourceAsStream("company-tables.tsv")) {
      String text =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return CatalogSnapshot.of(text.lines().map(CompanyMatrixPostgresTest::table).toList());
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static RelationShape table(String line) {
    List<String> cells = Arrays.asList(line.split("\t", -1));
    List<ColumnShape> columns =
        cells.subList(1, cells.size()).stream()
            .map(
                cell ->
                    ColumnShape.of(
                        cell.substring(0, cell.indexOf(':')),
                        cell.substring(cell.indexOf(':') + 1)))
            .toList();
    return RelationShape.table(
        QualifiedName.parse(cells.getFirst()), columns.toArray(ColumnShape[]::new));
  }

  private static PolicySet policies() {
    Faults faults = new Faults();
    PolicySet policies = PolicyReader.readWorkspace(COMPANY, faults);
    assertThat(faults.toString()).isEmpty();
    return policies;
  }

  @BeforeAll
  void build() throws SQLException {
    superuser("alter role service_role nobypassrls");
    MatrixScratch.build(matrix, test.database());
  }

  @AfterAll
  void close() throws SQLException {
    superuser("alter role service_role bypassrls");
    test.close();
  }

  private void superuser(String sql) throws SQLException {
    try (Connection superuser = test.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  @Order(1)
  @Tag("REQ-ACCESS-003")
  void thePoliciesFitTheTablesAndWarnOfNothing() {
    Faults faults = new Faults();
    PolicyCheck check = PolicyCheck.run(policies, tables, Set.of(), faults);
    assertThat(faults.toString()).isEmpty();
    assertThat(check.warnings()).filteredOn(w -> w.code().id().equals("GOV-010")).isEmpty();
  }

  @Test
  @Order(1)
  @Tag("REQ-ACCESS-015")
  void everyTableThatKnowsItsCompanyIsFilteredByIt() {
    assertThat(tables.relations().values())
        .filteredOn(table -> !table.isBronze() && table.column("company_id").isPresent())
        .hasSizeGreaterThan(30)
        .allSatisfy(
            table ->
                assertThat(
                        policies.rowFilters().stream()
                            .flatMap(rule -> rule.on().stream())
                            .anyMatch(on -> on.matches(table.name())))
                    .as(table.name().toString())
                    .isTrue());
  }

  /** Names that tell of a person, in tables that a role other than the administrator may read. */
  @Test
  @Order(1)
  @Tag("REQ-ACCESS-005")
  void everyColumnThatTellsOfAPersonIsTagged() {
    List<String> words =
        List.of(
            "email",
            "phone",
            "mobile",
            "birth",
            "passport",
            "ssn",
            "signature",
            "spouse",
            "marital",
            "gender",
            "first_name",
            "last_name",
            "private_",
            "place_of_birth",
            "visa",
            "permit",
            "latitude",
            "longitude",
            "income",
            "license_plate",
            "car_plate");
    List<String> notPersons =
        List.of(
            "bronze_erp.res_company.",
            "bronze_files.stores.store_phone",
            "res_country.",
            "_state",
            "_color");
    Stream<String> columns =
        tables.relations().values().stream()
            .flatMap(
                table ->
                    table.columnNames().stream()
                        .filter(column -> words.stream().anyMatch(column::contains))
                        .filter(column -> !column.endsWith("_id") && !column.endsWith("_ids"))
                        .filter(
                            column -> !table.column(column).orElseThrow().type().equals("boolean"))
                        .filter(column -> policies.tagsOf(table.name(), column).isEmpty())
                        .map(column -> table.name() + "." + column));
    assertThat(columns.filter(c -> notPersons.stream().noneMatch(c::contains))).isEmpty();
  }

  @Test
  @Order(2)
  @Tag("REQ-ACCESS-011")
  void everyDecisionOfTheCompanyIsAsItsPoliciesSay() throws SQLException {
    long start = System.nanoTime();
    MatrixReport report = new MatrixRunner(matrix, test.database()).run();
    System.out.println(
        "permission matrix of the example company: "
            + report.decisions()
            + " decisions over "
            + matrix.tables().size()
            + " tables and "
            + matrix.callers().size()
            + " callers in "
            + (System.nanoTime() - start) / 1_000_000_000
            + " s");
    assertThat(report.mismatches()).isEmpty();
    assertThat(report.decisions()).isGreaterThan(30_000);
  }

  @Test
  @Order(3)
  @Tag("REQ-ACCESS-012")
  void everyChangeOfTheCompanysRulesIsNoticed() throws SQLException {
    MutationScore score = new MutationScore(test, matrix).inTheRules(9, 6);
    score.print("the example company's rules");
    assertThat(score.survivors()).isEmpty();
    assertThat(score.mutants()).isGreaterThan(10);
  }

  @Test
  @Order(4)
  @Tag("REQ-ACCESS-012")
  void everyChangeOfTheCompanysProtectionInTheDatabaseIsNoticed() throws SQLException {
    MutationScore score = new MutationScore(test, matrix).inTheDatabase(83);
    score.print("the example company's database");
    assertThat(score.survivors()).isEmpty();
    assertThat(score.mutants()).isGreaterThan(20);
  }
}
