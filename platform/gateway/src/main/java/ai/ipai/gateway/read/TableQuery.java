package ai.ipai.gateway.read;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.Layer;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What rows of a table are asked for. Names are quoted wherever they go, so a strange name is a
 * name and nothing else; numbers are numbers.
 *
 * @param columns empty for all
 */
public record TableQuery(
    QualifiedName table, List<String> columns, List<Order> order, int limit, int offset) {
  public static final int MAX_LIMIT = 1_000;
  public static final int MAX_OFFSET = 100_000;
  private static final int MAX_NAMES = 200;
  private static final int MAX_NAME_BYTES = 63;
  private static final Pattern ORDER = Pattern.compile("(.+?)(?:\\.(asc|desc))?");

  /** One column to sort by. */
  public record Order(String column, boolean isDescending) {}

  public TableQuery {
    columns = List.copyOf(columns);
    order = List.copyOf(order);
    if (columns.size() > MAX_NAMES || order.size() > MAX_NAMES) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "too many columns are named");
    }
  }

  /** Refused where the read is recorded: asking for what is not served is a decision too. */
  private void requireServed() {
    columns.forEach(TableQuery::checkName);
    order.forEach(one -> checkName(one.column()));
    checkName(table.name());
    if (Layer.of(table.schema()).isEmpty()) {
      throw GovernedReads.notFound();
    }
  }

  /**
   * Reads the parameters of a request.
   *
   * @param select column names, separated by commas
   * @param sort {@code column}, {@code column.desc}, separated by commas
   */
  public static TableQuery of(
      QualifiedName table, Optional<String> select, Optional<String> sort, int limit, int offset) {
    return new TableQuery(
        table,
        select.map(TableQuery::names).orElse(List.of()),
        sort.map(TableQuery::orders).orElse(List.of()),
        limit,
        offset);
  }

  private static List<String> names(String text) {
    return "*".equals(text)
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  private static List<Order> orders(String text) {
    List<Order> orders = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Matcher matcher = ORDER.matcher(one.strip());
      if (!matcher.matches()) {
        throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "order names an empty column")
            .fact("parameter", "order");
      }
      orders.add(new Order(matcher.group(1), "desc".equals(matcher.group(2))));
    }
    return orders;
  }

  private static void checkName(String name) {
    boolean tooLong =
        name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_NAME_BYTES;
    if (name.isEmpty() || tooLong || name.indexOf('\0') >= 0) {
      throw GovernedReads.notFound();
    }
  }

  /**
   * One row more than asked for, which tells whether there are more. Call it inside the governed
   * read.
   *
   * @throws IpaiException {@code GW-004} for names outside the layers
   */
  public String sql() {
    requireServed();
    StringBuilder sql = new StringBuilder("select ");
    sql.append(
        columns.isEmpty()
            ? "t.*"
            : String.join(", ", columns.stream().map(c -> "t." + SqlText.identifier(c)).toList()));
    sql.append(" from ").append(table.quoted()).append(" as t");
    if (!order.isEmpty()) {
      sql.append(" order by ")
          .append(
              String.join(
                  ", ",
                  order.stream()
                      .map(
                          o ->
                              "t."
                                  + SqlText.identifier(o.column())
                                  + (o.isDescending() ? " desc nulls last" : ""))
                      .toList()));
    }
    return sql.append(" limit ").append(limit + 1).append(" offset ").append(offset).toString();
  }
}
