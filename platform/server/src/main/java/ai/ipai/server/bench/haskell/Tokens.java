package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a module into tokens. Source: the Haskell 2010 report, section 2, and GHC's quasi-quotes.
 */
final class Tokens {
  private static final Set<String> KEYWORDS =
      Set.of(
          "case",
          "class",
          "data",
          "deriving",
          "do",
          "else",
          "if",
          "import",
          "in",
          "infix",
          "infixl",
          "infixr",
          "instance",
          "let",
          "module",
          "newtype",
          "of",
          "then",
          "type",
          "where");
  private static final Set<String> RESERVED =
      Set.of("=", "->", "<-", "::", "|", "\\", "..", "@", "=>");
  private static final String SYMBOLS = "!#$%&*+./<=>?@\\^|-~:";
  private static final Map<String, Integer> CONTROLS =
      Map.of("NUL", 0, "SOH", 1, "STX", 2, "ETX", 3, "DEL", 127, "ESC", 27, "SP", 32);

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;
  private boolean startsLine = true;

  private Tokens(String source) {
    this.source = source;
  }

  /** The last one is of kind END. */
  static List<Token> of(String source) {
    Tokens tokens = new Tokens(source);
    tokens.cut();
    return List.copyOf(tokens.tokens);
  }

  private void cut() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '\n') {
        newLine();
      } else if (Character.isWhitespace(c)) {
        at++;
      } else if (isLineComment()) {
        while (at < source.length() && source.charAt(at) != '\n') {
          at++;
        }
      } else if (source.startsWith("{-", at)) {
        skipComment();
      } else {
        token(c);
        startsLine = false;
      }
    }
    tokens.add(new Token(Kind.END, "", "", line + 1, 0, true));
  }

  private void newLine() {
    at++;
    line++;
    lineStart = at;
    startsLine = true;
  }

  /** Dashes that are not part of an operator such as {@code -->}. */
  private boolean isLineComment() {
    if (!source.startsWith("--", at)) {
      return false;
    }
    int end = at;
    while (end < source.length() && source.charAt(end) == '-') {
      end++;
    }
    return end == source.length() || SYMBOLS.indexOf(source.charAt(end)) < 0;
  }

  private void skipComment() {
    int depth = 0;
    do {
      if (at >= source.length()) {
        throw fault("a comment does not end");
      } else if (source.startsWith("{-", at)) {
        depth++;
        at += 2;
      } else if (source.startsWith("-}", at)) {
        depth--;
        at += 2;
      } else if (source.charAt(at) == '\n') {
        newLine();
      } else {
        at++;
      }
    } while (depth > 0);
  }

  private void token(char c) {
    int start = at;
    if (c == '"') {
      string();
    } else if (c == '\'') {
      character();
    } else if (c == '[' && quoterEnd() > 0) {
      quasi(quoterEnd());
    } else if ("()[],;`{}".indexOf(c) >= 0) {
      at++;
      add(Kind.SPECIAL, String.valueOf(c), start);
    } else if (Character.isDigit(c)) {
      number();
    } else if (Character.isUpperCase(c)) {
      qualified();
    } else if (Character.isLetter(c) || c == '_') {
      String word = word();
      add(KEYWORDS.contains(word) ? Kind.KEYWORD : Kind.VARIABLE, word, start);
    } else if (SYMBOLS.indexOf(c) >= 0) {
      String symbol = symbol();
      add(RESERVED.contains(symbol) ? Kind.RESERVED : Kind.OPERATOR, symbol, start);
    } else {
      throw fault("the character " + c);
    }
  }

  private void add(Kind kind, String text, int start) {
    tokens.add(new Token(kind, text, "", line, start - lineStart + 1, startsLine));
  }

  private String word() {
    int start = at;
    while (at < source.length() && isWordPart(source.charAt(at))) {
      at++;
    }
    return source.substring(start, at);
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '\'';
  }

  private String symbol() {
    int start = at;
    while (at < source.length() && SYMBOLS.indexOf(source.charAt(at)) >= 0) {
      at++;
    }
    return source.substring(start, at);
  }

  /** {@code Just}, {@code JSON.Value}, {@code M.lookup}. */
  private void qualified() {
    int start = at;
    word();
    while (at + 1 < source.length() && source.charAt(at) == '.') {
      char next = source.charAt(at + 1);
      if (!Character.isLetter(next) && next != '_') {
        break;
      }
      at++;
      word();
      if (!Character.isUpperCase(next)) {
        add(Kind.VARIABLE, source.substring(start, at), start);
        return;
      }
    }
    add(Kind.CONSTRUCTOR, source.substring(start, at), start);
  }

  private void number() {
    int start = at;
    while (at < source.length() && isDigit(at)) {
      at++;
    }
    if (at + 1 < source.length()
        && source.charAt(at) == '.'
        && Character.isDigit(source.charAt(at + 1))) {
      at++;
      while (at < source.length() && isDigit(at)) {
        at++;
      }
    }
    add(Kind.NUMBER, source.substring(start, at).replace("_", ""), start);
  }

  private boolean isDigit(int index) {
    return Character.isDigit(source.charAt(index)) || source.charAt(index) == '_';
  }

  /** Where the bar of {@code [name|} is, or -1. */
  private int quoterEnd() {
    int end = at + 1;
    while (end < source.length() && isWordPart(source.charAt(end))) {
      end++;
    }
    boolean named = end > at + 1 && Character.isLowerCase(source.charAt(at + 1));
    return named && end < source.length() && source.charAt(end) == '|' ? end : -1;
  }

  private void quasi(int bar) {
    int close = source.indexOf("|]", bar + 1);
    if (close < 0) {
      throw fault("a quasi-quote does not end");
    }
    tokens.add(
        new Token(
            Kind.QUASI,
            source.substring(bar + 1, close),
            source.substring(at + 1, bar),
            line,
            at - lineStart + 1,
            startsLine));
    while (at < close + 2) {
      if (source.charAt(at) == '\n') {
        newLine();
      } else {
        at++;
      }
    }
  }

  private void character() {
    int start = at++;
    StringBuilder text = new StringBuilder();
    if (source.charAt(at) == '\\') {
      escape(text);
    } else {
      text.append(source.charAt(at++));
    }
    if (at >= source.length() || source.charAt(at++) != '\'') {
      throw fault("a character does not end");
    }
    add(Kind.CHARACTER, text.toString(), start);
  }

  private void string() {
    int start = at++;
    int startLine = line;
    int column = start - lineStart + 1;
    boolean first = startsLine;
    StringBuilder text = new StringBuilder();
    while (true) {
      if (at >= source.length() || source.charAt(at) == '\n') {
        throw fault("a string does not end");
      }
      char c = source.charAt(at);
      if (c == '"') {
        at++;
        break;
      } else if (c == '\\') {
        escape(text);
      } else {
        text.append(c);
        at++;
      }
    }
    tokens.add(new Token(Kind.STRING, text.toString(), "", startLine, column, first));
  }

  /** At a backslash. */
  private void escape(StringBuilder text) {
    at++;
    char c = source.charAt(at);
    if (Character.isWhitespace(c)) {
      gap();
    } else if (Character.isDigit(c)) {
      int from = at;
      while (Character.isDigit(source.charAt(at))) {
        at++;
      }
      text.appendCodePoint(Integer.parseInt(source.substring(from, at)));
    } else if (c == 'x') {
      int from = ++at;
      while (Character.digit(source.charAt(at), 16) >= 0) {
        at++;
      }
      text.appendCodePoint(Integer.parseInt(source.substring(from, at), 16));
    } else if (Character.isUpperCase(c)) {
      control(text);
    } else {
      at++;
      simple(c, text);
    }
  }

  private void simple(char c, StringBuilder text) {
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'f' -> text.append('\f');
      case 'b' -> text.append('\b');
      case 'v' -> text.append('\u000b');
      case 'a' -> text.append('\u0007');
      case '&' -> {
        // Stands for nothing.
      }
      case '"', '\'', '\\' -> text.append(c);
      default -> throw fault("the escape \\" + c);
    }
  }

  private void control(StringBuilder text) {
    for (Map.Entry<String, Integer> one : CONTROLS.entrySet()) {
      if (source.startsWith(one.getKey(), at)) {
        text.append((char) (int) one.getValue());
        at += one.getKey().length();
        return;
      }
    }
    throw fault("a named control character");
  }

  private void gap() {
    while (Character.isWhitespace(source.charAt(at))) {
      if (source.charAt(at) == '\n') {
        at++;
        line++;
        lineStart = at;
      } else {
        at++;
      }
    }
    if (source.charAt(at++) != '\\') {
      throw fault("a gap in a string");
    }
  }

  private Unreadable fault(String what) {
    return new Unreadable("line " + line + ": " + what);
  }
}
