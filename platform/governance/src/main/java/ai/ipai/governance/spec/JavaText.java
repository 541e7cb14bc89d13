package ai.ipai.governance.spec;

/**
 * Java source without its comments and text blocks, line for line: what stands there is no code. A
 * tag that was commented out, or an example inside a test of this very package, proves nothing.
 */
final class JavaText {
  private final String source;
  private final StringBuilder code = new StringBuilder();
  private int at;

  private JavaText(String source) {
    this.source = source;
  }

  static String code(String source) {
    return new JavaText(source).run();
  }

  private String run() {
    while (at < source.length()) {
      if (source.startsWith("//", at)) {
        blankUntil("\n", false);
      } else if (source.startsWith("/*", at)) {
        blankUntil("*/", true);
      } else if (source.startsWith("\"\"\"", at)) {
        blankTextBlock();
      } else if (source.charAt(at) == '"' || source.charAt(at) == '\'') {
        copyLiteral(source.charAt(at));
      } else {
        code.append(source.charAt(at++));
      }
    }
    return code.toString();
  }

  private void blankUntil(String end, boolean isEndIncluded) {
    int found = source.indexOf(end, at + 2);
    int until = found < 0 ? source.length() : found + (isEndIncluded ? end.length() : 0);
    blank(until);
  }

  private void blankTextBlock() {
    int end = at + 3;
    while (end < source.length() && !source.startsWith("\"\"\"", end)) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    blank(Math.min(source.length(), end + 3));
  }

  private void blank(int until) {
    for (; at < until; at++) {
      code.append(source.charAt(at) == '\n' ? '\n' : ' ');
    }
  }

  private void copyLiteral(char quote) {
    code.append(source.charAt(at++));
    while (at < source.length() && source.charAt(at) != quote && source.charAt(at) != '\n') {
      if (source.charAt(at) == '\\' && at + 1 < source.length()) {
        code.append(source.charAt(at++));
      }
      code.append(source.charAt(at++));
    }
    if (at < source.length()) {
      code.append(source.charAt(at++));
    }
  }
}
