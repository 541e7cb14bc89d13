package ai.ipai.gateway.rest.grammar;

/**
 * What is left to read of a text, and where that is.
 *
 * @param offset in UTF-16 units; line and column count code points from 1, as people do
 */
record Input(String text, int offset, int line, int column) {
  private static final int TAB = 8;

  static Input of(String text) {
    return new Input(text, 0, 1, 1);
  }

  boolean isAtEnd() {
    return offset == text.length();
  }

  int codePoint() {
    return text.codePointAt(offset);
  }

  Input after(int codePoint) {
    int next = offset + Character.charCount(codePoint);
    return switch (codePoint) {
      case '\n' -> new Input(text, next, line + 1, 1);
      case '\t' -> new Input(text, next, line, column + TAB - (column - 1) % TAB);
      default -> new Input(text, next, line, column + 1);
    };
  }
}
