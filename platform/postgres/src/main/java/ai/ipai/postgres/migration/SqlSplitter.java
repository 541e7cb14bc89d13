package ai.ipai.postgres.migration;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a file at the semicolons that end a statement. Knows quoted and dollar-quoted strings,
 * escape strings, quoted names, both kinds of comments (nested too) and {@code BEGIN ATOMIC … END}.
 * Source: PostgreSQL's {@code scan.l} and psql's {@code psqlscan.l}.
 */
public final class SqlSplitter {
  private final String sql;
  private final List<SqlStatement> statements = new ArrayList<>();
  private int at;
  private int start;
  private int firstToken = -1;
  private int parentheses;
  private int atomicDepth;
  private String previousWord = "";
  private boolean definesRoutine;

  private SqlSplitter(String sql) {
    this.sql = sql;
  }

  /** In order; what holds only space and comments is left out. Errors: {@code PG-052}. */
  public static List<SqlStatement> split(String sql) {
    SqlSplitter splitter = new SqlSplitter(sql);
    splitter.run();
    return List.copyOf(splitter.statements);
  }

  private void run() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (Character.isWhitespace(c) || c == '\uFEFF') {
        at++;
      } else if (sql.startsWith("--", at)) {
        skipLine();
      } else if (sql.startsWith("/*", at)) {
        skipComment();
      } else {
        token(c);
      }
    }
    finish(sql.length());
  }

  private void token(char c) {
    if (c == ';') {
      semicolon();
      return;
    }
    if (firstToken < 0) {
      firstToken = at;
    }
    if (c == '\'') {
      skipQuoted('\'', isEscapeString());
    } else if (c == '"') {
      skipQuoted('"', false);
    } else if (c == '$' && !dollarQuoted()) {
      at++;
    } else if (isWordStart(c)) {
      word();
    } else if (c != '$') {
      parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
      at++;
    }
  }

  private void semicolon() {
    if (parentheses <= 0 && atomicDepth == 0) {
      finish(at);
      start = at + 1;
    }
    at++;
  }

  private void finish(int end) {
    if (atomicDepth > 0) {
      throw unfinished("BEGIN ATOMIC", firstToken);
    }
    if (firstToken >= 0) {
      statements.add(new SqlStatement(sql.substring(start, end).strip(), line(firstToken)));
    }
    firstToken = -1;
    parentheses = 0;
    previousWord = "";
    definesRoutine = false;
  }

  /** Only a routine's body may be ATOMIC; CASE … END nests in it. */
  private void word() {
    int from = at;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    String word = sql.substring(from, at).toLowerCase(Locale.ROOT);
    switch (word) {
      case "function", "procedure" -> definesRoutine |= from - firstToken < 200;
      case "atomic" -> atomicDepth += definesRoutine && previousWord.equals("begin") ? 1 : 0;
      case "case" -> atomicDepth += atomicDepth > 0 ? 1 : 0;
      case "end" -> atomicDepth -= atomicDepth > 0 ? 1 : 0;
      default -> {
        // Any other word only separates.
      }
    }
    previousWord = word;
  }

  private boolean isEscapeString() {
    boolean afterE = at > 0 && (sql.charAt(at - 1) == 'e' || sql.charAt(at - 1) == 'E');
    return afterE && (at == 1 || !isWordPart(sql.charAt(at - 2)));
  }

  private void skipQuoted(char quote, boolean escapes) {
    int opened = at++;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '\\' && escapes) {
        at += 2;
      } else if (c != quote) {
        at++;
      } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
        at += 2;
      } else {
        at++;
        return;
      }
    }
    throw unfinished(quote == '"' ? "quoted name" : "string", opened);
  }

  /** {@code $tag$ … $tag$}; a $ followed by a digit is a parameter. */
  private boolean dollarQuoted() {
    int end = at + 1;
    while (end < sql.length() && sql.charAt(end) != '$') {
      char c = sql.charAt(end);
      boolean valid = end == at + 1 ? isWordStart(c) : isWordPart(c);
      if (!valid) {
        return false;
      }
      end++;
    }
    if (end >= sql.length()) {
      return false;
    }
    String tag = sql.substring(at, end + 1);
    int close = sql.indexOf(tag, end + 1);
    if (close < 0) {
      throw unfinished("string " + tag, at);
    }
    at = close + tag.length();
    return true;
  }

  private void skipLine() {
    int end = sql.indexOf('\n', at);
    at = end < 0 ? sql.length() : end + 1;
  }

  private void skipComment() {
    int opened = at;
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else if (++at >= sql.length()) {
        throw unfinished("comment", opened);
      }
    } while (depth > 0);
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c >= 0x80;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || Character.isDigit(c) || c == '$';
  }

  private IpaiException unfinished(String what, int opened) {
    return new IpaiException(
            PostgresErrors.MIGRATION_SYNTAX, "A " + what + " is opened and never closed.")
        .fact("line", line(opened));
  }

  private int line(int position) {
    return 1 + (int) sql.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
