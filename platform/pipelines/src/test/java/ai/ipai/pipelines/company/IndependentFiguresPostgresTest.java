package ai.ipai.pipelines.company;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Gold against figures that were added up from the recording without SQL and without the models.
 */
@Tag("REQ-DEMO-003")
class IndependentFiguresPostgresTest {
  private static TestDatabase database;
  private static Connection connection;
  private static RecordedBooks books;

  @BeforeAll
  static void build() throws SQLException, IOException {
    database = TestPostgres.createEmpty();
    connection = database.owner();
    RecordedBronze.of(BuiltCompany.ROOT.resolve("sources/odoo18")).load(connection);
    RecordedBronze.loadOtherSources(connection);
    new BuiltCompany(connection, "ledger_end").build();
    books = RecordedBooks.read(BuiltCompany.ROOT.resolve("sources/odoo18/before"));
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void theLedgerHasAllItemsAndEndsOnTheSameDay() throws SQLException {
    Map<Long, Map<String, BigDecimal>> expected = new TreeMap<>();
    books
        .items()
        .forEach(
            (company, items) ->
                expected.put(
                    company, Map.of("items", BigDecimal.valueOf(items).stripTrailingZeros())));
    assertThat(
            figures(
                "select company_id, 'items', count(*) from gold_finance.general_ledger group by 1",
                key -> key))
        .isEqualTo(expected);
    assertThat(
            figures(
                    "select company_id, as_of, 1 from gold_finance.reporting_date",
                    LocalDate::parse)
                .get(1L))
        .containsOnlyKeys(books.end());
  }

  @Test
  void everyAccountClosesAtTheSameBalance() throws SQLException {
    assertThat(
            figures(
                "select company_id, account_id, closing_balance from gold_finance.trial_balance where account_id is not null",
                Long::valueOf))
        .isEqualTo(books.closingBalances());
  }

  @Test
  void everyMonthHasTheSameProfit() throws SQLException {
    assertThat(
            figures(
                "select company_id, month, sum(profit_effect) from gold_finance.profit_and_loss group by 1, 2",
                IndependentFiguresPostgresTest::month))
        .isEqualTo(books.profits());
  }

  @Test
  void everyAgeOwesAndIsOwedTheSame() throws SQLException {
    assertThat(
            figures(
                "select company_id, bucket, amount from gold_finance.ar_ageing_bucket", key -> key))
        .isEqualTo(books.receivablesByAge());
    assertThat(
            figures(
                "select company_id, bucket, amount from gold_finance.ap_ageing_bucket", key -> key))
        .isEqualTo(books.payablesByAge());
  }

  @Test
  void cashMovesByTheSameEachMonth() throws SQLException {
    assertThat(
            figures(
                "select company_id, month, sum(net) from gold_finance.cash_flow group by 1, 2",
                IndependentFiguresPostgresTest::month))
        .isEqualTo(books.cashChanges());
  }

  @Test
  void theOwnersOwnTheSame() throws SQLException {
    assertThat(
            figures(
                """
                select company_id, 'equity', sum(amount) from gold_finance.balance_sheet
                where is_current and side = 'equity' group by 1
                """,
                key -> key))
        .isEqualTo(books.equity());
  }

  @Test
  void theDocumentationStatesTheseFigures() throws IOException {
    String page = Files.readString(BuiltCompany.ROOT.resolve("../../docs/explanation/figures.md"));
    assertThat(page)
        .contains(row("items in the ledger", "%,d", books.items()))
        .contains(
            row(
                "profit of 2026",
                "%,.2f",
                totals(books.profits(), month -> month.getYear() == 2026)))
        .contains(row("receivables", "%,.2f", totals(books.receivablesByAge(), age -> true)))
        .contains(
            row(
                "of which overdue",
                "%,.2f",
                totals(books.receivablesByAge(), age -> !age.equals("Not due"))))
        .contains(row("payables", "%,.2f", totals(books.payablesByAge(), age -> true)))
        .contains(row("bank and cash", "%,.2f", totals(books.cashChanges(), month -> true)));
  }

  private static String row(String label, String format, Map<Long, ? extends Number> byCompany) {
    return String.format(
        Locale.ROOT,
        "| " + label + " | " + format + " | " + format + " |",
        byCompany.get(1L),
        byCompany.get(3L));
  }

  private static <K> Map<Long, BigDecimal> totals(
      Map<Long, Map<K, BigDecimal>> figures, Predicate<K> which) {
    Map<Long, BigDecimal> totals = new TreeMap<>();
    figures.forEach(
        (company, byKey) ->
            totals.put(
                company,
                byKey.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .reduce(BigDecimal.ZERO, BigDecimal::add)));
    return totals;
  }

  private static YearMonth month(String date) {
    return YearMonth.from(LocalDate.parse(date));
  }

  /** As {@link RecordedBooks} has them: without zeros, and without trailing ones. */
  private static <K extends Comparable<K>> Map<Long, Map<K, BigDecimal>> figures(
      String sql, Function<String, K> key) throws SQLException {
    Map<Long, Map<K, BigDecimal>> figures = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        Map<K, BigDecimal> company =
            figures.computeIfAbsent(rows.getLong(1), id -> new TreeMap<>());
        if (rows.getBigDecimal(3).signum() != 0) {
          company.put(key.apply(rows.getString(2)), rows.getBigDecimal(3).stripTrailingZeros());
        }
      }
    }
    return figures;
  }
}
