package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads patterns. */
final class PatternReader {
  private final Cursor cursor;

  PatternReader(Cursor cursor) {
    this.cursor = cursor;
  }

  /** With constructors that take fields, and {@code :}. */
  Pattern pattern() {
    Pattern head = applied();
    if (cursor.takeIf(Kind.OPERATOR, ":")) {
      return new Pattern.Cons(head, pattern());
    }
    return head;
  }

  private Pattern applied() {
    if (cursor.peek().kind() != Kind.CONSTRUCTOR) {
      return single();
    }
    String name = cursor.take().text();
    List<Pattern> fields = new ArrayList<>();
    while (startsSingle(cursor.peek())) {
      fields.add(single());
    }
    return new Pattern.Constructor(name, fields);
  }

  private static boolean startsSingle(Token token) {
    return switch (token.kind()) {
      case VARIABLE, CONSTRUCTOR, STRING, CHARACTER, NUMBER -> true;
      case SPECIAL -> token.text().equals("(") || token.text().equals("[");
      default -> false;
    };
  }

  /** One that needs no parentheses. */
  Pattern single() {
    if (cursor.peek().kind() == Kind.OPERATOR && "!~".contains(cursor.peek().text())) {
      cursor.take();
    }
    Token token = cursor.take();
    return switch (token.kind()) {
      case VARIABLE ->
          token.text().equals("_") ? new Pattern.Any() : new Pattern.Variable(token.text());
      case CONSTRUCTOR -> new Pattern.Constructor(token.text(), List.of());
      case STRING, CHARACTER -> new Pattern.Text(token.text());
      case NUMBER -> new Pattern.Numeral(new BigDecimal(token.text()));
      case SPECIAL -> bracketed(token);
      default -> throw cursor.fault("expected a pattern");
    };
  }

  private Pattern bracketed(Token open) {
    if (open.isSpecial("(")) {
      List<Pattern> items = items(")");
      return items.size() == 1 ? items.getFirst() : new Pattern.Tuple(items);
    }
    if (open.isSpecial("[")) {
      return new Pattern.Sequence(items("]"));
    }
    throw cursor.fault("expected a pattern");
  }

  private List<Pattern> items(String close) {
    List<Pattern> items = new ArrayList<>();
    while (!cursor.takeIf(Kind.SPECIAL, close)) {
      if (!items.isEmpty()) {
        cursor.expect(Kind.SPECIAL, ",");
      }
      items.add(pattern());
    }
    return items;
  }
}
