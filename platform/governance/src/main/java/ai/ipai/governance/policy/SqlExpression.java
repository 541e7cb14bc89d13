package ai.ipai.governance.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An SQL expression that a policy file holds, read just far enough to embed it safely: it must be
 * one balanced expression without comments and statement ends, and it must not read identity from
 * what a caller can set.
 */
final class SqlExpression {
  /** They read request settings, which a caller forges on a login of its own. */
  private static final Set<String> FORGEABLE =
      Set.of("current_setting", "set_config", "current_query");

  private final List<String> words = new ArrayList<>();
  private final StringBuilder fault = new StringBuilder();

  private SqlExpression() {}

  static SqlExpression read(String text) {
    SqlExpression expression = new SqlExpression();
    expression.scan(text);
    return expression;
  }

  /** What is wrong with it; empty if nothing is. */
  Optional<String> fault() {
    return fault.isEmpty() ? Optional.empty() : Optional.of(fault.toString());
  }

  /** Which of the names it mentions as identifiers; may say too many, never too few. */
  Set<String> mentions(Collection<String> names) {
    Set<String> found = new TreeSet<>(names);
    found.retainAll(words);
    return found;
  }

  private void scan(String text) {
    if (text.isBlank()) {
      fault.append("it is empty");
    }
    int depth = 0;
    int at = 0;
    while (at < text.length() && fault.isEmpty()) {
      char c = text.charAt(at);
      if (c == '\'') {
        at = string(text, at);
      } else if (c == '"') {
        at = quotedName(text, at);
      } else if (Character.isLetter(c) || c == '_') {
        at = word(text, at);
      } else {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        check(text, at, depth);
        at++;
      }
    }
    if (fault.isEmpty() && depth != 0) {
      fault.append("its parentheses do not match");
    }
  }

  private void check(String text, int at, int depth) {
    if (depth < 0) {
      fault.append("its parentheses do not match");
    } else if (text.charAt(at) == ';') {
      fault.append("it holds a semicolon");
    } else if (text.startsWith("--", at) || text.startsWith("/*", at)) {
      fault.append("it holds a comment");
    } else if (text.charAt(at) == '$' || text.charAt(at) == '\0' || text.charAt(at) == '\\') {
      fault.append("it holds a character that has no place in it: dollar quotes, backslashes, NUL");
    }
  }

  /** An E'…' string could hide a quote behind a backslash, so backslashes are refused. */
  private int string(String text, int start) {
    int at = start + 1;
    while (at < text.length()) {
      if (text.charAt(at) == '\\') {
        fault.append("it holds a backslash");
        return text.length();
      }
      if (text.charAt(at) == '\'') {
        if (!text.startsWith("''", at)) {
          return at + 1;
        }
        at++;
      }
      at++;
    }
    fault.append("a string in it does not end");
    return at;
  }

  private int quotedName(String text, int start) {
    int end = text.indexOf('"', start + 1);
    if (end < 0 || text.startsWith("\"\"", end)) {
      fault.append("a quoted name in it does not end or holds a quote");
      return text.length();
    }
    String name = text.substring(start + 1, end);
    if (name.indexOf('\\') >= 0) {
      fault.append("it holds a backslash");
    }
    add(name, text, end + 1);
    return end + 1;
  }

  private int word(String text, int start) {
    int at = start;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    String word = folded(text.substring(start, at));
    if (word.equals("u") && (text.startsWith("&\"", at) || text.startsWith("&'", at))) {
      fault.append("it spells a name or a text by the codes of its characters");
    }
    add(word, text, at);
    return at;
  }

  /** A name as PostgreSQL sees it, whether it was quoted or not. */
  private void add(String name, String text, int end) {
    words.add(name);
    boolean qualifies = text.substring(end).stripLeading().startsWith(".");
    if (FORGEABLE.contains(name) || (name.equals("auth") && qualifies)) {
      fault.append(
          "it reads identity from " + name + ", which a caller can forge on a login of its own");
    }
  }

  /** PostgreSQL folds the letters of ASCII, and in UTF-8 no others. */
  private static String folded(String name) {
    StringBuilder folded = new StringBuilder(name);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return folded.toString();
  }
}
