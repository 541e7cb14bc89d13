package ai.ipai.connectors.database;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a statement in a binary log means for tables: such logs hold statements only where rows say
 * nothing. Errs towards {@link Kind#REPLACES}, which costs a reading and loses nothing.
 */
record BinlogStatement(Kind kind, String text) {
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)(^|\\s)(--\\s|#).*$");
  private static final Pattern WORDS =
      Pattern.compile("(?s)^\\s*(\\w+)(?:\\s+(or\\s+replace\\s+)?(\\w+))?.*");

  /** What it does. */
  enum Kind {
    BEGINS,
    ENDS,
    /** A table is emptied. */
    EMPTIES,
    /** Its columns change. */
    ALTERS,
    /** It goes, comes or gets another name. */
    REPLACES,
    /** Nothing that concerns rows. */
    OTHER
  }

  static BinlogStatement of(String sql) {
    String text = COMMENT.matcher(sql).replaceAll(" ").trim().toLowerCase(Locale.ROOT);
    Matcher matcher = WORDS.matcher(text);
    if (!matcher.matches()) {
      return new BinlogStatement(Kind.OTHER, text);
    }
    String second = matcher.group(3) == null ? "" : matcher.group(3);
    Kind kind =
        switch (matcher.group(1)) {
          case "begin" -> Kind.BEGINS;
          case "start" -> Kind.BEGINS;
          case "commit", "rollback" -> Kind.ENDS;
          case "truncate" -> Kind.EMPTIES;
          case "alter" -> isTable(second) ? Kind.ALTERS : Kind.OTHER;
          case "drop", "create", "rename" ->
              isTable(second) || second.equals("database") || second.equals("schema")
                  ? Kind.REPLACES
                  : Kind.OTHER;
          case "insert", "update", "delete", "replace", "load" -> Kind.REPLACES;
          default -> Kind.OTHER;
        };
    return new BinlogStatement(kind, text);
  }

  private static boolean isTable(String word) {
    return word.equals("table") || word.equals("online") || word.equals("ignore");
  }

  /** Whether its text names the table. */
  boolean names(String table) {
    String name = table.toLowerCase(Locale.ROOT);
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean begins = at == 0 || !isWord(text.charAt(at - 1));
      boolean ends = end == text.length() || !isWord(text.charAt(end));
      if (begins && ends) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWord(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '_' || letter == '$';
  }
}
