package ai.ipai.server.bench.haskell;

/**
 * One token.
 *
 * @param text of a name as written, with its qualifier; of a string what it stands for; of a
 *     quasi-quote its content
 * @param quoter of a quasi-quote, else empty
 * @param column from 1
 * @param startsLine whether only space is before it on its line
 */
record Token(Kind kind, String text, String quoter, int line, int column, boolean startsLine) {
  enum Kind {
    VARIABLE,
    CONSTRUCTOR,
    OPERATOR,
    STRING,
    CHARACTER,
    NUMBER,
    QUASI,
    SPECIAL,
    KEYWORD,
    /** {@code = -> <- :: | \ .. @ =>}. */
    RESERVED,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isSpecial(String wanted) {
    return is(Kind.SPECIAL, wanted);
  }

  boolean isReserved(String wanted) {
    return is(Kind.RESERVED, wanted);
  }

  boolean isKeyword(String wanted) {
    return is(Kind.KEYWORD, wanted);
  }
}
