package ai.ipai.gateway.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Cuts SQL as PostgreSQL's lexer does, as far as names and calls go: comments, which nest, are
 * gone; what stands in quotes is one token. Where in doubt a text is refused rather than read
 * another way than the server would.
 */
final class SqlTokens {
  private static final String ADJACENT = "texts stand next to each other; join them with ||";

  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /** What a token is. */
  enum Kind {
    /** Folded to lower case unless it was quoted; never a keyword's meaning, only its name. */
    NAME,
    TEXT,
    SYMBOL
  }

  /**
   * One token; of a text only that it is one.
   *
   * @param start where it begins; of what stands in quotes, where it ends
   */
  record Token(Kind kind, String text, int start) {
    boolean isName() {
      return kind == Kind.NAME;
    }

    boolean isSymbol(char symbol) {
      return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }
  }

  /** Says why a text is refused. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String reason) {
      super(reason);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  private SqlTokens(String sql) {
    this.sql = sql;
  }

  static List<Token> of(String sql) throws Refused {
    SqlTokens tokens = new SqlTokens(sql);
    tokens.cut();
    return List.copyOf(tokens.tokens);
  }

  private void cut() throws Refused {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (isBlank(c)) {
        at++;
      } else if (sql.startsWith("--", at)) {
        skipLine();
      } else if (sql.startsWith("/*", at)) {
        skipComment();
      } else if (c == '\'') {
        at++;
        text(false);
      } else if (c == '"') {
        quotedName();
      } else if (c == '$' && dollarTag().isPresent()) {
        dollarText(dollarTag().get());
      } else if (startsName(c)) {
        name();
      } else {
        tokens.add(new Token(Kind.SYMBOL, String.valueOf(c), at));
        at++;
      }
    }
  }

  private void skipLine() {
    while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
      at++;
    }
  }

  private void skipComment() throws Refused {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else if (++at >= sql.length()) {
        throw new Refused("a comment does not end");
      }
    } while (depth > 0);
  }

  /** Behind the opening quote. */
  private void text(boolean backslashEscapes) throws Refused {
    // Adjacent texts are one for PostgreSQL, with the escapes of the first.
    if (!tokens.isEmpty() && tokens.getLast().kind() == Kind.TEXT) {
      throw new Refused(ADJACENT);
    }
    while (true) {
      if (at >= sql.length()) {
        throw new Refused("a text does not end");
      }
      char c = sql.charAt(at++);
      if (c == '\\' && backslashEscapes) {
        at++;
      } else if (c == '\'') {
        if (at < sql.length() && sql.charAt(at) == '\'') {
          at++;
        } else {
          break;
        }
      }
    }
    tokens.add(new Token(Kind.TEXT, "", at));
  }

  private void quotedName() throws Refused {
    StringBuilder name = new StringBuilder();
    at++;
    while (true) {
      if (at >= sql.length()) {
        throw new Refused("a quoted name does not end");
      }
      char c = sql.charAt(at++);
      if (c != '"') {
        name.append(c);
      } else if (at < sql.length() && sql.charAt(at) == '"') {
        name.append('"');
        at++;
      } else {
        break;
      }
    }
    tokens.add(new Token(Kind.NAME, name.toString(), at));
  }

  /** Such as {@code $$} or {@code $body$} at this place. */
  private Optional<String> dollarTag() {
    int end = at + 1;
    while (end < sql.length() && sql.charAt(end) != '$') {
      char c = sql.charAt(end);
      boolean isTag = startsName(c) || (end > at + 1 && Character.digit(c, 10) >= 0);
      if (!isTag) {
        return Optional.empty();
      }
      end++;
    }
    return end < sql.length() ? Optional.of(sql.substring(at, end + 1)) : Optional.empty();
  }

  private void dollarText(String tag) throws Refused {
    int end = sql.indexOf(tag, at + tag.length());
    if (end < 0) {
      throw new Refused("a text does not end");
    }
    at = end + tag.length();
    tokens.add(new Token(Kind.TEXT, "", at));
  }

  private void name() throws Refused {
    int start = at;
    while (at < sql.length() && continuesName(sql.charAt(at))) {
      at++;
    }
    String word = sql.substring(start, at).toLowerCase(Locale.ROOT);
    char next = at < sql.length() ? sql.charAt(at) : ' ';
    if (next == '\'' && word.equals("e")) {
      at++;
      text(true);
    } else if (next == '\'' && (word.equals("b") || word.equals("x") || word.equals("n"))) {
      at++;
      text(false);
    } else if (next == '&' && word.equals("u") && at + 1 < sql.length() && isQuote(at + 1)) {
      throw new Refused("names or texts are spelled with U& escapes");
    } else {
      tokens.add(new Token(Kind.NAME, word, start));
    }
  }

  private boolean isQuote(int index) {
    return sql.charAt(index) == '\'' || sql.charAt(index) == '"';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Digits too: what follows a number directly is never hidden behind it. */
  private static boolean continuesName(char c) {
    return startsName(c) || (c >= '0' && c <= '9') || c == '$';
  }

  private static boolean startsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }
}
