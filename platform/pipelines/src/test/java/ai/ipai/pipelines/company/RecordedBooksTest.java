package ai.ipai.pipelines.company;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The yardstick itself, on books small enough to add up in one's head. */
@Tag("REQ-DEMO-010")
class RecordedBooksTest {
  @TempDir private Path folder;

  @Test
  void addsUpPostedItemsOnly() throws IOException {
    write(
        "account.account",
        """
        {"id": 1, "account_type": "asset_receivable"}
        {"id": 2, "account_type": "income"}
        """);
    write(
        "account.move.line",
        line(1, "posted", "2025-12-30", "100.10", "40.10", "2025-12-31")
            + line(2, "posted", "2025-12-30", "-100.10", "0.0", null)
            + line(1, "posted", "2026-02-01", "7.0", "7.0", null)
            + line(2, "posted", "2026-02-01", "-7.0", "0.0", null)
            + line(1, "draft", "2026-03-01", "5.0", "5.0", null));

    RecordedBooks books = RecordedBooks.read(folder);

    assertThat(books.end()).isEqualTo(LocalDate.of(2026, 2, 1));
    assertThat(books.items()).isEqualTo(Map.of(3L, 4L));
    assertThat(books.closingBalances().get(3L))
        .isEqualTo(Map.of(1L, new BigDecimal("107.1"), 2L, new BigDecimal("-7")));
    assertThat(books.profits().get(3L))
        .isEqualTo(
            Map.of(
                YearMonth.of(2025, 12), new BigDecimal("100.1"),
                YearMonth.of(2026, 2), new BigDecimal("7")));
    assertThat(books.receivablesByAge().get(3L))
        .isEqualTo(Map.of("31-60 days", new BigDecimal("40.1"), "Not due", new BigDecimal("7")));
  }

  private static String line(
      long account,
      String state,
      String date,
      String balance,
      String residual,
      @org.jspecify.annotations.Nullable String due) {
    return """
        {"company_id": [3, "PH"], "account_id": [%d, "x"], "parent_state": "%s", "date": "%s", "date_maturity": %s, \
        "balance": %s, "amount_residual": %s}
        """
        .formatted(
            account, state, date, due == null ? "false" : '"' + due + '"', balance, residual);
  }

  private void write(String model, String lines) throws IOException {
    try (GZIPOutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(model + ".ndjson.gz")))) {
      out.write(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
