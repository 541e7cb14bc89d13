package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A place in the tokens that knows the layout rule: inside a block the token that begins a line at
 * the block's column or left of it ends the item. What the report calls parse-error(t), a block
 * that ends because nothing else fits, needs no rule: whoever reads an item stops where it ends.
 */
final class Cursor {
  private static final Token END = new Token(Kind.END, "", "", 0, 0, true);

  private static final Set<String> CONTINUING = Set.of("where", "then", "else", "of", "in");

  private final List<Token> tokens;
  private int at;
  private int column;
  private int itemStart = -1;

  Cursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The next token of this item, or one of kind END. */
  Token peek() {
    Token token = raw();
    boolean ends = token.startsLine() && token.column() <= column && at != itemStart;
    return ends ? END : token;
  }

  /** The next token, whatever the layout says. */
  Token raw() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return at + 1 < tokens.size() ? tokens.get(at + 1) : END;
  }

  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean takeIf(Kind kind, String text) {
    if (peek().is(kind, text)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(Kind kind, String text) {
    if (!takeIf(kind, text)) {
      throw fault("expected " + text);
    }
  }

  int position() {
    return at;
  }

  void reset(int position) {
    at = position;
  }

  Unreadable fault(String what) {
    Token token = raw();
    return new Unreadable("line " + token.line() + ": " + what + " at " + token.text());
  }

  /** In braces the layout rule does not hold. */
  <T> T withoutLayout(Supplier<T> content) {
    int outer = column;
    column = 0;
    try {
      return content.get();
    } finally {
      column = outer;
    }
  }

  /** The items of a block that begins at the next token. */
  <T> List<T> block(Supplier<T> item) {
    Token first = raw();
    List<T> items = new ArrayList<>();
    if (first.kind() == Kind.END || first.column() <= column) {
      return items;
    }
    int outer = column;
    int outerStart = itemStart;
    column = first.column();
    try {
      boolean more = true;
      while (more) {
        itemStart = at;
        items.add(item.get());
        while (peek().isSpecial(";")) {
          at++;
          itemStart = at;
          items.add(item.get());
        }
        Token next = raw();
        // What cannot begin an item goes on with what the block is part of.
        more = next.startsLine() && next.column() == column && !continues(next);
      }
    } finally {
      column = outer;
      itemStart = outerStart;
    }
    return items;
  }

  private static boolean continues(Token token) {
    return switch (token.kind()) {
      case END -> true;
      case OPERATOR -> !token.text().equals("!");
      case SPECIAL -> "`)],}".contains(token.text());
      case KEYWORD -> CONTINUING.contains(token.text());
      default -> false;
    };
  }

  /** Behind the item, wherever the reading of it stopped. */
  void skipItem() {
    while (peek().kind() != Kind.END) {
      at++;
    }
  }
}
