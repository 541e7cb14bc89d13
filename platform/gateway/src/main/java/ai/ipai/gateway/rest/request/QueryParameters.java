package ai.ipai.gateway.rest.request;

import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.grammar.SyntaxFault;
import ai.ipai.gateway.rest.request.FilterGrammar.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that stands behind the question mark.
 *
 * @param canonical sorted and encoded anew
 * @param arguments of a function that is called by GET: parameters that are no filters
 * @param ranges by path, such as {@code limit} and {@code children.limit}
 * @param filterNames of all filters, as written
 * @param columns empty where not given
 * @param onConflict empty where not given
 */
public record QueryParameters(
    String canonical,
    List<Map.Entry<String, String>> arguments,
    Map<String, RowRange> ranges,
    List<Targeted<List<OrderTerm>>> orders,
    List<Targeted<Logic>> logic,
    Optional<Set<String>> columns,
    List<Selected> select,
    List<Targeted<Filter>> filters,
    Set<String> filterNames,
    Optional<List<String>> onConflict) {
  private static final Set<String> RESERVED = Set.of("select", "columns", "on_conflict");
  private static final Set<String> SUFFIXES = Set.of("order", "limit", "offset", "and", "or");

  /** Deeper nesting than any query of a person, long before the stack ends. */
  private static final int MAX_DEPTH = 64;

  public QueryParameters {
    arguments = List.copyOf(arguments);
    orders = List.copyOf(orders);
    logic = List.copyOf(logic);
    select = List.copyOf(select);
    filters = List.copyOf(filters);
  }

  /** Filters of the table of the URL. */
  public List<Filter> rootFilters() {
    return filters.stream().filter(f -> f.path().isEmpty()).map(Targeted::what).toList();
  }

  /** The embedded tables that a name such as {@code children.limit} leads through. */
  public static List<String> pathOf(String name) {
    try {
      return path(name).path();
    } catch (SyntaxFault fault) {
      throw RequestFaults.syntax(fault);
    }
  }

  /**
   * Reads a query string.
   *
   * @param isCall a function called by GET, whose parameters need not be filters
   */
  static QueryParameters parse(String raw, boolean isCall) {
    QueryString query = QueryString.parse(raw);
    query.valued().forEach(pair -> checkDepth(pair.getKey(), pair.getValue()));
    try {
      return parse(query, isCall);
    } catch (SyntaxFault fault) {
      throw RequestFaults.syntax(fault);
    }
  }

  private static QueryParameters parse(QueryString query, boolean isCall) {
    List<Map.Entry<String, String>> pairs = query.valued();
    List<Targeted<List<OrderTerm>>> orders =
        ending(pairs, Set.of("order")).map(QueryParameters::order).toList();
    List<Targeted<Logic>> logic =
        ending(pairs, Set.of("and", "or")).map(QueryParameters::logic).toList();
    Optional<Set<String>> columns = query.first("columns").map(QueryParameters::columns);
    String selected = query.first("select").orElse(Field.STAR);
    List<Selected> select =
        SelectGrammar.ITEMS.read("failed to parse select parameter (" + selected + ")", selected);
    List<Map.Entry<String, String>> arguments = new ArrayList<>();
    List<Targeted<Filter>> filters = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, String> pair : pairs) {
      if (isFilter(pair.getKey())) {
        names.add(pair.getKey());
        filter(pair, isCall, filters, arguments);
      }
    }
    Optional<List<String>> onConflict =
        query.first("on_conflict").map(text -> names("on_conflict", text));
    return new QueryParameters(
        query.canonical(),
        arguments,
        ranges(pairs),
        orders,
        logic,
        columns,
        select,
        filters,
        names,
        onConflict);
  }

  private static java.util.stream.Stream<Map.Entry<String, String>> ending(
      List<Map.Entry<String, String>> pairs, Set<String> words) {
    return pairs.stream().filter(pair -> words.contains(lastWord(pair.getKey())));
  }

  private static String lastWord(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static boolean isFilter(String name) {
    return !RESERVED.contains(name) && !SUFFIXES.contains(lastWord(name));
  }

  private static Targeted<Field> path(String name) {
    return FilterGrammar.PATH.read("failed to parse tree path (" + name + ")", name);
  }

  private static Targeted<List<OrderTerm>> order(Map.Entry<String, String> pair) {
    Targeted<Field> path = path(pair.getKey());
    String text = pair.getValue();
    return new Targeted<>(
        path.path(), OrderGrammar.TERMS.read("failed to parse order (" + text + ")", text));
  }

  private static Targeted<Logic> logic(Map.Entry<String, String> pair) {
    String name = pair.getKey();
    Targeted<String> path =
        FilterGrammar.LOGIC_PATH.read("failed to parse logic path (" + name + ")", name);
    String text = pair.getValue();
    return new Targeted<>(
        path.path(),
        FilterGrammar.LOGIC.read("failed to parse logic tree (" + text + ")", path.what() + text));
  }

  private static Set<String> columns(String text) {
    return new TreeSet<>(names("columns", text));
  }

  private static List<String> names(String parameter, String text) {
    return FilterGrammar.COLUMNS.read(
        "failed to parse " + parameter + " parameter (" + text + ")", text);
  }

  private static void filter(
      Map.Entry<String, String> pair,
      boolean isCall,
      List<Targeted<Filter>> filters,
      List<Map.Entry<String, String>> arguments) {
    Targeted<Field> path = path(pair.getKey());
    Optional<Condition> condition = condition(pair.getValue(), isCall);
    condition.ifPresentOrElse(
        it -> filters.add(new Targeted<>(path.path(), it.on(path.what()))),
        () -> arguments.add(Map.entry(path.what().name(), pair.getValue())));
  }

  private static Optional<Condition> condition(String text, boolean isCall) {
    String name = "failed to parse filter (" + text + ")";
    return isCall
        ? FilterGrammar.CONDITION.optional().read(name, text)
        : Optional.of(FilterGrammar.CONDITION.read(name, text));
  }

  private static Map<String, RowRange> ranges(List<Map.Entry<String, String>> pairs) {
    Map<String, RowRange> ranges = new LinkedHashMap<>();
    ending(pairs, Set.of("limit"))
        .forEach(
            pair ->
                ranges.put(
                    pair.getKey(),
                    number(pair.getValue()).map(RowRange::ofLimit).orElse(RowRange.ALL)));
    ending(pairs, Set.of("offset"))
        .forEach(
            pair -> {
              String name = pair.getKey();
              String key = name.substring(0, name.length() - "offset".length()) + "limit";
              RowRange offset =
                  number(pair.getValue()).map(RowRange::ofOffset).orElse(RowRange.ALL);
              ranges.merge(key, offset, (limit, from) -> limit.startingAt(from));
            });
    return ranges;
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void checkDepth(String name, String value) {
    int depth = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth > MAX_DEPTH) {
        throw RequestFaults.tooDeep(name);
      }
    }
  }
}
