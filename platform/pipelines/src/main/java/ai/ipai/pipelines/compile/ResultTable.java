package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.TemplateObject;
import ai.ipai.pipelines.jinja.Tuple;
import ai.ipai.pipelines.jinja.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run_query} gives, with the attributes that dbt projects use: {@code rows}, {@code
 * columns}, {@code column_names}; each column has {@code values()}.
 */
public record ResultTable(List<String> names, List<List<@Nullable Object>> records)
    implements TemplateObject, Iterable<Object> {
  public static final ResultTable EMPTY = new ResultTable(List.of(), List.of());

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "rows" -> rows();
      case "columns" -> columns();
      case "column_names" -> new ArrayList<Object>(names);
      case "print_table" -> (TemplateFunction) arguments -> "";
      default -> new Undefined("table." + name);
    };
  }

  @Override
  public Iterator<Object> iterator() {
    return rows().iterator();
  }

  /** Rows that are reached by number and by column name. */
  private List<Object> rows() {
    List<Object> rows = new ArrayList<>();
    for (List<@Nullable Object> record : records) {
      rows.add(new Row(names, record));
    }
    return rows;
  }

  private Object columns() {
    List<Object> columns = new ArrayList<>();
    Map<String, Object> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Column column = new Column(names.get(i), values(i));
      columns.add(column);
      byName.put(names.get(i), column);
    }
    return new Columns(columns, byName);
  }

  private List<@Nullable Object> values(int index) {
    List<@Nullable Object> values = new ArrayList<>();
    records.forEach(record -> values.add(record.get(index)));
    return values;
  }

  private record Row(List<String> names, List<@Nullable Object> record)
      implements TemplateObject, Iterable<Object> {
    @Override
    public @Nullable Object attribute(String name) {
      if (name.equals("values")) {
        return (TemplateFunction) arguments -> new ArrayList<>(record);
      }
      if (name.equals("keys")) {
        return (TemplateFunction) arguments -> new ArrayList<Object>(names);
      }
      if (name.equals("dict")) {
        return (TemplateFunction)
            arguments -> {
              Map<String, @Nullable Object> map = new LinkedHashMap<>();
              for (int i = 0; i < names.size(); i++) {
                map.put(names.get(i), record.get(i));
              }
              return map;
            };
      }
      return at(names, record, name);
    }

    @Override
    public Iterator<Object> iterator() {
      return new ArrayList<Object>(record).iterator();
    }
  }

  private record Column(String name, List<@Nullable Object> content)
      implements TemplateObject, Iterable<Object> {
    @Override
    public @Nullable Object attribute(String attribute) {
      return switch (attribute) {
        case "name" -> name;
        case "values" -> (TemplateFunction) arguments -> new ArrayList<>(content);
        default -> at(List.of(), content, attribute);
      };
    }

    @Override
    public Iterator<Object> iterator() {
      return new ArrayList<Object>(content).iterator();
    }
  }

  private record Columns(List<Object> list, Map<String, Object> byName)
      implements TemplateObject, Iterable<Object> {
    @Override
    public @Nullable Object attribute(String name) {
      switch (name) {
        case "items" -> {
          List<Object> pairs = new ArrayList<>();
          byName.forEach((key, column) -> pairs.add(Tuple.of(key, column)));
          return (TemplateFunction) arguments -> pairs;
        }
        case "keys" -> {
          return (TemplateFunction) arguments -> new ArrayList<Object>(byName.keySet());
        }
        case "values" -> {
          return (TemplateFunction) arguments -> new ArrayList<>(list);
        }
        case "get" -> {
          return (TemplateFunction)
              arguments -> {
                Object column = byName.get(arguments.text(0, "key", name));
                return column == null ? arguments.get(1, "default", null) : column;
              };
        }
        default -> {}
      }
      Object column = byName.get(name);
      return column != null ? column : at(List.of(), list, name);
    }

    @Override
    public Iterator<Object> iterator() {
      return list.iterator();
    }
  }

  private static @Nullable Object at(List<String> names, List<?> values, String key) {
    int index = names.indexOf(key);
    if (index < 0 && !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9')) {
      index = Integer.parseInt(key);
    }
    return index >= 0 && index < values.size() ? values.get(index) : new Undefined(key);
  }
}
