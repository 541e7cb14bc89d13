package ai.ipai.pipelines.jinja;

import ai.ipai.pipelines.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a template into tokens. Whitespace control as in Jinja: {@code -} eats the white space on
 * its side, one newline at the end of the file is dropped.
 */
final class Lexer {
  private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-?)%\\}");
  private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(-?)%\\}");
  private static final Pattern NUMBER =
      Pattern.compile("[0-9][0-9_]*(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")",
          "[", "]", "{", "}", ".", ",", ":", "|", ";");

  private final String file;
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean stripNext;

  private Lexer(String file, String source) {
    this.file = file;
    this.source = source;
  }

  static List<Token> tokens(String file, String source) {
    String unix =
        source.indexOf('\r') < 0 ? source : source.replace("\r\n", "\n").replace('\r', '\n');
    String trimmed = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    return new Lexer(file, trimmed).run();
  }

  private List<Token> run() {
    while (position < source.length()) {
      int next = nextDelimiter();
      if (next < 0) {
        text(source.length(), false);
        break;
      }
      char kind = source.charAt(next + 1);
      char control = next + 2 < source.length() ? source.charAt(next + 2) : ' ';
      text(next, control == '-');
      if (kind == '#') {
        comment();
      } else if (kind == '{' || !raw()) {
        code(kind, control == '-' || control == '+');
      }
    }
    tokens.add(new Token(Kind.END, "", null, line));
    return tokens;
  }

  private int nextDelimiter() {
    int at = source.indexOf('{', position);
    while (at >= 0 && at + 1 < source.length()) {
      char next = source.charAt(at + 1);
      if (next == '{' || next == '%' || next == '#') {
        return at;
      }
      at = source.indexOf('{', at + 1);
    }
    return -1;
  }

  private void text(int end, boolean stripEnd) {
    int from = position;
    int to = end;
    if (stripNext) {
      while (from < to && Character.isWhitespace(source.charAt(from))) {
        from++;
      }
    }
    stripNext = false;
    if (stripEnd) {
      while (to > from && Character.isWhitespace(source.charAt(to - 1))) {
        to--;
      }
    }
    int textLine = line + countLines(position, from);
    if (to > from) {
      tokens.add(new Token(Kind.TEXT, source.substring(from, to), null, textLine));
    }
    line += countLines(position, end);
    position = end;
  }

  private int countLines(int from, int to) {
    int lines = 0;
    for (int at = source.indexOf('\n', from);
        at >= 0 && at < to;
        at = source.indexOf('\n', at + 1)) {
      lines++;
    }
    return lines;
  }

  private void comment() {
    int end = source.indexOf("#}", position + 2);
    if (end < 0) {
      throw fault("this comment is never closed: {# without #}");
    }
    stripNext = source.charAt(end - 1) == '-' && end - 1 > position + 1;
    line += countLines(position, end + 2);
    position = end + 2;
  }

  private boolean raw() {
    Matcher begin = RAW_BEGIN.matcher(source).region(position, source.length());
    if (!begin.lookingAt()) {
      return false;
    }
    Matcher end = RAW_END.matcher(source);
    if (!end.find(begin.end())) {
      throw fault("this block is never closed: {% raw %} without {% endraw %}");
    }
    line += countLines(position, begin.end());
    position = begin.end();
    stripNext = begin.group(1).equals("-");
    text(end.start(), end.group(1).equals("-"));
    line += countLines(position, end.end());
    position = end.end();
    stripNext = end.group(2).equals("-");
    return true;
  }

  private void code(char kind, boolean hasControl) {
    int opened = line;
    boolean output = kind == '{';
    tokens.add(new Token(output ? Kind.OUTPUT_BEGIN : Kind.BLOCK_BEGIN, "", null, line));
    position += hasControl ? 3 : 2;
    Deque<Character> open = new ArrayDeque<>();
    String close = output ? "}}" : "%}";
    while (true) {
      skipWhitespace();
      if (position >= source.length()) {
        throw new TemplateException(
            "this is never closed: {" + kind + " without " + close, new Place(file, opened));
      }
      if (open.isEmpty() && source.startsWith(close, position)) {
        finish(output, 2, false);
        return;
      }
      if (open.isEmpty() && source.startsWith("-" + close, position)) {
        finish(output, 3, true);
        return;
      }
      if (open.isEmpty() && source.startsWith("+" + close, position)) {
        finish(output, 3, false);
        return;
      }
      token(open);
    }
  }

  private void finish(boolean output, int length, boolean strip) {
    tokens.add(new Token(output ? Kind.OUTPUT_END : Kind.BLOCK_END, "", null, line));
    position += length;
    stripNext = strip;
  }

  private void skipWhitespace() {
    while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
      if (source.charAt(position) == '\n') {
        line++;
      }
      position++;
    }
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(position);
    if (Character.isLetter(c) || c == '_') {
      int start = position;
      while (position < source.length()
          && (Character.isLetterOrDigit(source.charAt(position))
              || source.charAt(position) == '_')) {
        position++;
      }
      tokens.add(new Token(Kind.NAME, source.substring(start, position), null, line));
    } else if (c == '\'' || c == '"') {
      string(c);
    } else if (c >= '0' && c <= '9') {
      number();
    } else {
      operator(open);
    }
  }

  private void number() {
    Matcher matcher = NUMBER.matcher(source).region(position, source.length());
    if (!matcher.lookingAt()) {
      throw fault("a number was expected");
    }
    String digits = matcher.group().replace("_", "");
    Object value;
    if (matcher.group(1) == null && matcher.group(2) == null) {
      value = Values.integer(new BigInteger(digits));
    } else {
      value = Double.valueOf(digits);
    }
    add(Kind.CONSTANT, matcher.group(), value);
    position = matcher.end();
  }

  private void string(char quote) {
    int start = line;
    StringBuilder value = new StringBuilder();
    int at = position + 1;
    while (true) {
      if (at >= source.length()) {
        throw new TemplateException("this text is never closed: " + quote, new Place(file, start));
      }
      char c = source.charAt(at);
      if (c == quote) {
        break;
      }
      if (c == '\n') {
        line++;
      }
      if (c == '\\' && at + 1 < source.length()) {
        at = escape(at + 1, value);
      } else {
        value.append(c);
        at++;
      }
    }
    tokens.add(new Token(Kind.CONSTANT, "", value.toString(), start));
    position = at + 1;
  }

  /** Appends what the escape at this position means and returns the position after it. */
  private int escape(int at, StringBuilder value) {
    char c = source.charAt(at);
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case '0' -> value.append('\0');
      case '\n' -> line++;
      case '\\', '\'', '"' -> value.append(c);
      case 'x', 'u' -> {
        int digits = c == 'x' ? 2 : 4;
        int end = at + 1 + digits;
        if (end > source.length() || !source.substring(at + 1, end).matches("[0-9a-fA-F]+")) {
          throw fault("\\" + c + " needs " + digits + " hexadecimal digits");
        }
        value.append((char) Integer.parseInt(source.substring(at + 1, end), 16));
        return end;
      }
      default -> value.append('\\').append(c);
    }
    return at + 1;
  }

  private void operator(Deque<Character> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, position)) {
        char first = operator.charAt(0);
        if (first == '(' || first == '[' || first == '{') {
          open.push(first);
        } else if (first == ')' || first == ']' || first == '}') {
          char expected = first == ')' ? '(' : first == ']' ? '[' : '{';
          if (open.isEmpty() || open.pop() != expected) {
            throw fault("'" + first + "' closes nothing");
          }
        }
        add(Kind.OPERATOR, operator, null);
        position += operator.length();
        return;
      }
    }
    throw fault("unexpected character '" + source.charAt(position) + "'");
  }

  private void add(Kind kind, String text, @Nullable Object value) {
    tokens.add(new Token(kind, text, value, line));
  }

  private TemplateException fault(String message) {
    return new TemplateException(message, new Place(file, line));
  }
}
