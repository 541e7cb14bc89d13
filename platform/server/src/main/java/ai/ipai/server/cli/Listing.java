package ai.ipai.server.cli;

import ai.ipai.gateway.http.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows under named columns, printed in the asked format. A null is empty in a table and in CSV
 * (where an empty text is quoted), null in JSON.
 */
public final class Listing {
  private static final int MAX_CELL = 60;

  private final List<String> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private int maxCell = MAX_CELL;

  public Listing(String... columns) {
    this(List.of(columns));
  }

  public Listing(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  /** Adds a row; numbers and booleans stay such in JSON. */
  public void add(List<? extends @Nullable Object> row) {
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException("a row has " + row.size() + " cells");
    }
    rows.add(new ArrayList<>(row));
  }

  /** Cuts nothing in a table: for texts of ours, which are short enough. */
  Listing inFull() {
    maxCell = Integer.MAX_VALUE;
    return this;
  }

  public int size() {
    return rows.size();
  }

  public void print(Terminal terminal, Format format) {
    switch (format) {
      case TABLE -> table(terminal);
      case CSV -> csv(terminal.out());
      case JSON -> json(terminal.out());
      case ENV -> env(terminal.out());
    }
  }

  private void table(Terminal terminal) {
    int[] widths = new int[columns.size()];
    boolean[] right = new boolean[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              columns.get(i).length(),
              rows.stream().mapToInt(row -> cell(row.get(column)).length()).max().orElse(0));
      right[i] =
          !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column) instanceof Number);
    }
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      head.append(padded(columns.get(i), widths[i], right[i])).append("  ");
    }
    terminal.out().println(terminal.bold(head.toString().stripTrailing()));
    for (List<@Nullable Object> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(padded(cell(row.get(i)), widths[i], right[i])).append("  ");
      }
      terminal.out().println(line.toString().stripTrailing());
    }
  }

  private static String padded(String text, int width, boolean right) {
    String gap = " ".repeat(Math.max(0, width - text.length()));
    return right ? gap + text : text + gap;
  }

  /** Control characters would steer the terminal. */
  private String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString().replaceAll("\\p{Cntrl}", " ");
    return text.length() <= maxCell ? text : text.substring(0, maxCell - 1) + "…";
  }

  private void csv(PrintStream out) {
    out.print(csvLine(new ArrayList<>(columns)));
    rows.forEach(row -> out.print(csvLine(row)));
  }

  private static String csvLine(List<? extends @Nullable Object> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      Object cell = cells.get(i);
      line.append(i == 0 ? "" : ",").append(cell == null ? "" : quoted(cell.toString()));
    }
    return line.append("\r\n").toString();
  }

  private static String quoted(String text) {
    boolean needed = text.isEmpty() || text.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return needed ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private void json(PrintStream out) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        object.put(columns.get(i), row.get(i));
      }
      objects.add(object);
    }
    out.println(Json.text(objects));
  }

  private void env(PrintStream out) {
    for (List<@Nullable Object> row : rows) {
      String name = String.valueOf(row.getFirst()).toUpperCase(Locale.ROOT);
      out.println(
          name + "=\"" + String.valueOf(row.get(1)).replaceAll("([\"\\\\$`])", "\\\\$1") + '"');
    }
  }
}
