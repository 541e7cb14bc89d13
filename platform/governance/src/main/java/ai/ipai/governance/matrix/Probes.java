package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.RowCondition;
import ai.ipai.governance.policy.RowFilterRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows that tell the classes of a table's row filters apart: every tenant of the matrix, no tenant,
 * and every constant that a filter compares with.
 */
final class Probes {
  /** The column that tells probe rows apart, from 0. */
  static final String ID = "_ipai_probe";

  private static final Pattern TEXT = Pattern.compile("'((?:[^']|'')*)'");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.'])([0-9]{1,9})(?![\\w.'])");
  private static final Pattern CLAIM = Pattern.compile("ipai\\.claim_?(\\w*)\\('([^']+)'\\)");

  private Probes() {}

  /** Every claim that any row filter reads, and whether as a list. */
  static Map<String, Boolean> claimNames(PolicySet policies) {
    Map<String, Boolean> names = new TreeMap<>();
    for (RowFilterRule rule : policies.rowFilters()) {
      switch (rule.condition()) {
        case RowCondition.ByClaim(String column, String claim) -> names.putIfAbsent(claim, true);
        case RowCondition.BySql(String expression) ->
            CLAIM
                .matcher(expression)
                .results()
                .forEach(
                    found ->
                        names.merge(
                            found.group(2), !found.group(1).equals("text"), Boolean::logicalAnd));
      }
    }
    return names;
  }

  /** What a tenant's token holds: its number and, for columns of that type, its uuid. */
  static List<String> claimValues(int tenant, boolean isList) {
    String uuid = "00000000-0000-0000-0000-00000000000" + tenant;
    return isList ? List.of(String.valueOf(tenant), uuid) : List.of(String.valueOf(tenant));
  }

  /** The values by column, as text; null is SQL's null. */
  static List<Map<String, @Nullable String>> rows(PolicySet policies, RelationShape relation) {
    List<RowFilterRule> filters =
        policies.rowFilters().stream()
            .filter(rule -> rule.on().stream().anyMatch(on -> on.matches(relation.name())))
            .toList();
    List<Map<String, @Nullable String>> rows = new ArrayList<>();
    int count = Math.max(3, 3 + constants(filters).size());
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable String> row = new LinkedHashMap<>();
      for (ColumnShape column : relation.columns()) {
        boolean decides = filters.stream().anyMatch(rule -> reads(rule, column.name()));
        row.put(column.name(), decides ? deciding(column, i, filters) : sample(column, i));
      }
      row.put(ID, String.valueOf(i));
      rows.add(row);
    }
    return rows;
  }

  private static boolean reads(RowFilterRule rule, String column) {
    return switch (rule.condition()) {
      case RowCondition.ByClaim(String read, String claim) -> read.equals(column);
      case RowCondition.BySql(String expression) ->
          Pattern.compile("\\b" + Pattern.quote(column) + "\\b").matcher(expression).find();
    };
  }

  private static @Nullable String deciding(
      ColumnShape column, int row, List<RowFilterRule> filters) {
    if (row == 0 || row == 1) {
      return tenant(column, row + 1);
    }
    if (row == 2) {
      return column.isNotNull() ? tenant(column, 3) : null;
    }
    String constant = constants(filters).get(row - 3);
    boolean isNumber = constant.matches("[0-9]+");
    return switch (column.baseType()) {
      case "text", "character varying", "citext" -> constant;
      case "smallint", "integer", "bigint", "numeric" -> isNumber ? constant : tenant(column, 1);
      default -> sample(column, row);
    };
  }

  private static List<String> constants(List<RowFilterRule> filters) {
    Set<String> constants = new TreeSet<>();
    for (RowFilterRule rule : filters) {
      if (rule.condition() instanceof RowCondition.BySql(String expression)) {
        String withoutClaims = CLAIM.matcher(expression).replaceAll("claim");
        Matcher text = TEXT.matcher(withoutClaims);
        while (text.find()) {
          constants.add(text.group(1).replace("''", "'"));
        }
        Matcher number = NUMBER.matcher(TEXT.matcher(withoutClaims).replaceAll("text"));
        while (number.find()) {
          constants.add(number.group(1));
        }
      }
    }
    return List.copyOf(constants);
  }

  private static @Nullable String tenant(ColumnShape column, int tenant) {
    return switch (column.baseType()) {
      case "uuid" -> "00000000-0000-0000-0000-00000000000" + tenant;
      case "smallint", "integer", "bigint", "numeric", "text", "character varying", "citext" ->
          String.valueOf(tenant);
      default -> sample(column, tenant);
    };
  }

  /** A value that is unlike any rendering of a mask, and different in each row. */
  private static @Nullable String sample(ColumnShape column, int row) {
    String type = column.baseType();
    if (type.endsWith("[]")) {
      return "{}";
    }
    return switch (type) {
      case "smallint" -> String.valueOf(7_001 + row);
      case "integer", "bigint", "numeric", "real", "double precision", "oid" ->
          String.valueOf(90_001 + row);
      case "boolean" -> String.valueOf(row % 2 == 0);
      case "date" -> "1987-06-1" + row % 10;
      case "timestamp without time zone", "timestamp with time zone" ->
          "1987-06-1" + row % 10 + " 01:02:03";
      case "time without time zone", "time with time zone" -> "01:02:0" + row % 10;
      case "interval" -> (row + 3) + " days";
      case "uuid" ->
          "0f0f0f0f-0000-4000-8000-0000000000" + String.format(java.util.Locale.ROOT, "%02d", row);
      case "json", "jsonb" -> "{\"secret\": " + row + "}";
      case "bytea" -> "\\xfeed0" + row % 10;
      case "text", "citext", "name" -> "secret.person" + row + "@example.org";
      case "character varying", "character" ->
          shortened("s" + row + "ecret.person@example.org", column);
      default -> null;
    };
  }

  private static String shortened(String text, ColumnShape column) {
    int paren = column.type().indexOf('(');
    if (paren < 0) {
      return text;
    }
    int length =
        Integer.parseInt(column.type().substring(paren + 1, column.type().indexOf(')', paren)));
    return text.substring(0, Math.min(length, text.length()));
  }
}
