package ai.ipai.pipelines.company;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The company's figures added up from the recorded answers of the ERP, by plain loops: no SQL, none
 * of the models, and for open items the ERP's own residuals instead of the matching that the models
 * use. What it shares with gold is the recording and nothing else.
 *
 * <p>Maps are keyed by company id, then by what is counted; an entry of zero is left out.
 */
final class RecordedBooks {
  private record Item(
      long company,
      long account,
      String accountType,
      LocalDate date,
      LocalDate due,
      BigDecimal balance,
      BigDecimal residual) {

    boolean isProfitAndLoss() {
      return accountType.startsWith("income") || accountType.startsWith("expense");
    }
  }

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final List<Item> items;
  private final LocalDate end;

  private RecordedBooks(List<Item> items) {
    this.items = List.copyOf(items);
    this.end = items.stream().map(Item::date).max(Comparator.naturalOrder()).orElseThrow();
  }

  /** Reads a folder of recorded models, such as {@code examples/company/sources/odoo18/before}. */
  static RecordedBooks read(Path folder) throws IOException {
    Map<Long, String> accountTypes = new TreeMap<>();
    for (JsonNode account : records(folder, "account.account")) {
      accountTypes.put(account.get("id").asLong(), account.get("account_type").asString());
    }
    List<Item> items = new ArrayList<>();
    for (JsonNode line : records(folder, "account.move.line")) {
      if (line.get("parent_state").asString().equals("posted")
          && line.get("account_id").isArray()) {
        items.add(item(line, accountTypes));
      }
    }
    return new RecordedBooks(items);
  }

  /** The last day with a posted entry. */
  LocalDate end() {
    return end;
  }

  /** How many items the ledger has, by company. */
  Map<Long, Long> items() {
    return items.stream()
        .collect(Collectors.groupingBy(Item::company, TreeMap::new, Collectors.counting()));
  }

  /**
   * Closing balances at the end by account id. The fiscal year is the calendar year, as both
   * companies that keep books have it; income and expense accounts begin it at nothing.
   */
  Map<Long, Map<Long, BigDecimal>> closingBalances() {
    return sums(
        item -> !item.isProfitAndLoss() || item.date().getYear() == end.getYear(),
        Item::account,
        Item::balance);
  }

  /** Profit by month: income less expenses. */
  Map<Long, Map<YearMonth, BigDecimal>> profits() {
    return sums(
        Item::isProfitAndLoss,
        item -> YearMonth.from(item.date()),
        item -> item.balance().negate());
  }

  /** What customers owe by days overdue, from the residuals that the ERP states. */
  Map<Long, Map<String, BigDecimal>> receivablesByAge() {
    return sums(item -> item.accountType().equals("asset_receivable"), this::age, Item::residual);
  }

  /** What is owed to vendors by days overdue. */
  Map<Long, Map<String, BigDecimal>> payablesByAge() {
    return sums(
        item -> item.accountType().equals("liability_payable"),
        this::age,
        item -> item.residual().negate());
  }

  /** The change of all bank and cash accounts by month. */
  Map<Long, Map<YearMonth, BigDecimal>> cashChanges() {
    return sums(
        item -> item.accountType().equals("asset_cash"),
        item -> YearMonth.from(item.date()),
        Item::balance);
  }

  /** Assets at the end less liabilities: what the owners own. */
  Map<Long, Map<String, BigDecimal>> equity() {
    return sums(
        item ->
            item.accountType().startsWith("asset") || item.accountType().startsWith("liability"),
        item -> "equity",
        Item::balance);
  }

  private String age(Item item) {
    long days = end.toEpochDay() - item.due().toEpochDay();
    if (days <= 0) {
      return "Not due";
    }
    return days <= 30
        ? "1-30 days"
        : days <= 60 ? "31-60 days" : days <= 90 ? "61-90 days" : "Over 90 days";
  }

  private <K extends Comparable<K>> Map<Long, Map<K, BigDecimal>> sums(
      Predicate<Item> which, Function<Item, K> key, Function<Item, BigDecimal> amount) {
    Map<Long, Map<K, BigDecimal>> sums = new TreeMap<>();
    items.stream()
        .filter(which)
        .forEach(
            item ->
                sums.computeIfAbsent(item.company(), company -> new TreeMap<>())
                    .merge(key.apply(item), amount.apply(item), BigDecimal::add));
    sums.values().forEach(byKey -> byKey.values().removeIf(sum -> sum.signum() == 0));
    sums.values().forEach(byKey -> byKey.replaceAll((k, sum) -> sum.stripTrailingZeros()));
    return sums;
  }

  private static Item item(JsonNode line, Map<Long, String> accountTypes) {
    long account = line.get("account_id").get(0).asLong();
    LocalDate date = LocalDate.parse(line.get("date").asString());
    JsonNode due = line.get("date_maturity");
    return new Item(
        line.get("company_id").get(0).asLong(),
        account,
        accountTypes.getOrDefault(account, "unknown"),
        date,
        due.isString() ? LocalDate.parse(due.asString()) : date,
        line.get("balance").decimalValue(),
        line.get("amount_residual").decimalValue());
  }

  private static List<JsonNode> records(Path folder, String model) throws IOException {
    Path file = folder.resolve(model + ".ndjson.gz");
    try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
        Stream<String> lines = reader.lines()) {
      return lines.map(JSON::readTree).toList();
    }
  }
}
