package ai.ipai.gateway.rest.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads which columns a view shows out of PostgreSQL's own notation of its query ({@code
 * pg_rewrite.ev_action}): parentheses for lists, braces for nodes, a colon before each field, a
 * backslash before a character that is only itself.
 */
final class NodeTree {
  /** A column of the view that shows a column of a relation. */
  record Shown(int viewColumn, long relation, int column) {}

  private final String text;
  private final List<Shown> shown = new ArrayList<>();
  private int at;
  private int depth;
  private boolean inTargets;
  private long column;
  private long relation;
  private long original;

  private NodeTree(String text) {
    this.text = text;
  }

  /** Columns that the outermost query takes from a relation as they are. */
  static List<Shown> shown(String tree) {
    NodeTree reader = new NodeTree(tree);
    reader.read();
    return List.copyOf(reader.shown);
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '{' -> depth++;
        case '}' -> close();
        case ':' -> {
          field(word());
          continue;
        }
        case '\\' -> at++;
        default -> {
          // A value, or a name: only fields count.
        }
      }
      at++;
    }
  }

  private void close() {
    if (inTargets && depth == 2 && relation > 0 && original > 0) {
      shown.add(new Shown((int) column, relation, (int) original));
    }
    if (depth == 2) {
      relation = 0;
      original = 0;
    }
    depth--;
  }

  private void field(String name) {
    if (depth == 1) {
      inTargets = name.equals(":targetList");
    } else if (depth == 2 && inTargets) {
      switch (name) {
        case ":resno" -> column = number();
        case ":resorigtbl" -> relation = number();
        case ":resorigcol" -> original = number();
        default -> {
          // Of no interest.
        }
      }
    }
  }

  private String word() {
    int from = at;
    while (at < text.length() && " (){}\n".indexOf(text.charAt(at)) < 0) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, text.length());
    return text.substring(from, at);
  }

  private long number() {
    at++;
    String word = word();
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
