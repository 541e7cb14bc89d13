package ai.ipai.gateway.sql;

import ai.ipai.gateway.sql.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement with parameters as PostgreSQL writes them, {@code $1}, for a driver that knows {@code
 * ?}. Whatever stands in quotes or comments stays as it is.
 *
 * @param driver as the driver reads it: a question mark that is an operator stands twice
 * @param parser as the parser reads it
 * @param order numbers of the parameters, from 1, as they appear
 */
record Placeholders(String driver, String parser, List<Integer> order) {
  private static final int MAX_DIGITS = 3;

  Placeholders {
    order = List.copyOf(order);
  }

  /** How many parameters have to be given. */
  int count() {
    return order.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  static Placeholders of(String sql, List<Token> tokens) {
    StringBuilder driver = new StringBuilder();
    StringBuilder parser = new StringBuilder();
    List<Integer> order = new ArrayList<>();
    int done = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      int end = token.start();
      if (token.isSymbol('?')) {
        driver.append(sql, done, end).append("??");
        parser.append(sql, done, end).append('?');
        done = end + 1;
      } else if (token.isSymbol('$')) {
        int after = digitsEnd(sql, end + 1);
        if (after > end + 1) {
          order.add(Integer.valueOf(sql.substring(end + 1, after)));
          driver.append(sql, done, end).append('?');
          parser.append(sql, done, end).append('?');
          done = after;
        }
      }
    }
    driver.append(sql, done, sql.length());
    parser.append(sql, done, sql.length());
    return new Placeholders(driver.toString(), parser.toString(), order);
  }

  private static int digitsEnd(String sql, int from) {
    int at = from;
    while (at < sql.length()
        && at - from < MAX_DIGITS
        && sql.charAt(at) >= '0'
        && sql.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
