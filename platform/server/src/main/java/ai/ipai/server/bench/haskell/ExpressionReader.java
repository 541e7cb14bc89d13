package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Expression.Alternative;
import ai.ipai.server.bench.haskell.Expression.Apply;
import ai.ipai.server.bench.haskell.Expression.Name;
import ai.ipai.server.bench.haskell.Expression.Statement;
import ai.ipai.server.bench.haskell.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads expressions. Source: the Haskell 2010 report, section 3. */
final class ExpressionReader {
  private final Cursor cursor;
  private final PatternReader patterns;
  private final DeclarationReader declarations;

  ExpressionReader(Cursor cursor, PatternReader patterns, DeclarationReader declarations) {
    this.cursor = cursor;
    this.patterns = patterns;
    this.declarations = declarations;
  }

  Expression expression() {
    Expression value = infix(0);
    if (cursor.takeIf(Kind.RESERVED, "::")) {
      type();
    }
    return value;
  }

  /** Over a type, up to what cannot belong to one. */
  private void type() {
    int depth = 0;
    while (true) {
      Token token = cursor.peek();
      boolean opens = token.isSpecial("(") || token.isSpecial("[");
      boolean closes = token.isSpecial(")") || token.isSpecial("]");
      boolean part =
          opens
              || (closes && depth > 0)
              || token.kind() == Kind.CONSTRUCTOR
              || token.kind() == Kind.VARIABLE
              || token.isReserved("->")
              || (token.isSpecial(",") && depth > 0);
      if (!part) {
        return;
      }
      depth += opens ? 1 : closes ? -1 : 0;
      cursor.take();
    }
  }

  /** Operators that bind at least so strongly. */
  private Expression infix(int least) {
    return continued(operand(), least);
  }

  private Expression continued(Expression start, int least) {
    Expression left = start;
    while (true) {
      int before = cursor.position();
      String operator = operator();
      if (operator.isEmpty()) {
        return left;
      }
      Fixity fixity = Fixity.of(operator);
      // Before a parenthesis that closes it is a section, which who opened it reads.
      if (fixity.strength() < least || cursor.peek().isSpecial(")")) {
        cursor.reset(before);
        return left;
      }
      Expression right =
          infix(fixity.side() == Fixity.Side.RIGHT ? fixity.strength() : fixity.strength() + 1);
      left = new Apply(new Apply(new Name(operator), left), right);
    }
  }

  /** The operator that is next, taken, or empty. */
  private String operator() {
    Token token = cursor.peek();
    if (token.kind() == Kind.OPERATOR) {
      return cursor.take().text();
    }
    if (!token.isSpecial("`")) {
      return "";
    }
    cursor.take();
    String name = cursor.take().text();
    cursor.expect(Kind.SPECIAL, "`");
    return name;
  }

  private Expression operand() {
    Token token = cursor.peek();
    if (token.kind() == Kind.KEYWORD) {
      return switch (token.text()) {
        case "let" -> let();
        case "if" -> conditional();
        case "case" -> choice();
        case "do" -> {
          cursor.take();
          yield new Expression.Do(cursor.block(this::statement));
        }
        default -> throw cursor.fault("expected an expression");
      };
    }
    if (token.isReserved("\\")) {
      return lambda();
    }
    if (token.is(Kind.OPERATOR, "-")) {
      cursor.take();
      return new Apply(new Name("negate"), infix(7));
    }
    return application();
  }

  private Expression let() {
    cursor.take();
    List<Declaration> defined = declarations.block();
    cursor.expect(Kind.KEYWORD, "in");
    return new Expression.Let(defined, expression());
  }

  private Expression conditional() {
    cursor.take();
    Expression condition = expression();
    cursor.expect(Kind.KEYWORD, "then");
    Expression then = expression();
    cursor.expect(Kind.KEYWORD, "else");
    return new Expression.If(condition, then, expression());
  }

  private Expression choice() {
    cursor.take();
    Expression subject = expression();
    cursor.expect(Kind.KEYWORD, "of");
    return new Expression.Case(
        subject,
        cursor.block(() -> new Alternative(patterns.pattern(), declarations.guarded("->"))));
  }

  private Expression lambda() {
    cursor.take();
    List<Pattern> parameters = new ArrayList<>();
    while (!cursor.takeIf(Kind.RESERVED, "->")) {
      parameters.add(patterns.single());
    }
    return new Expression.Lambda(parameters, expression());
  }

  private Statement statement() {
    if (cursor.peek().isKeyword("let")) {
      return define();
    }
    int start = cursor.position();
    try {
      Pattern pattern = patterns.pattern();
      if (cursor.takeIf(Kind.RESERVED, "<-")) {
        return new Statement.Bind(pattern, expression());
      }
    } catch (Unreadable noPattern) {
      // Then it is an expression.
    }
    cursor.reset(start);
    return new Statement.Run(expression());
  }

  private Statement define() {
    cursor.take();
    List<Declaration> defined = declarations.block();
    if (cursor.takeIf(Kind.KEYWORD, "in")) {
      return new Statement.Run(new Expression.Let(defined, expression()));
    }
    return new Statement.Define(defined);
  }

  private Expression application() {
    Expression function = updated();
    while (startsAtom(cursor.peek())) {
      function = new Apply(function, updated());
    }
    // A block or a lambda may be the last argument without a $.
    Token next = cursor.peek();
    if (next.isKeyword("do") || next.isReserved("\\")) {
      function = new Apply(function, operand());
    }
    return function;
  }

  private static boolean startsAtom(Token token) {
    return switch (token.kind()) {
      case VARIABLE, CONSTRUCTOR, STRING, CHARACTER, NUMBER, QUASI -> true;
      case SPECIAL -> token.text().equals("(") || token.text().equals("[");
      default -> false;
    };
  }

  /** An atom with the record braces that follow it. */
  private Expression updated() {
    Expression base = atom();
    while (cursor.peek().isSpecial("{")) {
      cursor.take();
      base = new Expression.Update(base, cursor.withoutLayout(this::fields));
    }
    return base;
  }

  private Map<String, Expression> fields() {
    Map<String, Expression> fields = new LinkedHashMap<>();
    while (!cursor.takeIf(Kind.SPECIAL, "}")) {
      if (!fields.isEmpty()) {
        cursor.expect(Kind.SPECIAL, ",");
      }
      String name = cursor.take().text();
      cursor.expect(Kind.RESERVED, "=");
      fields.put(name, expression());
    }
    return fields;
  }

  private Expression atom() {
    Token token = cursor.take();
    return switch (token.kind()) {
      case VARIABLE, CONSTRUCTOR -> new Name(token.text());
      case STRING, CHARACTER -> new Expression.Text(token.text());
      case NUMBER -> new Expression.Numeral(new BigDecimal(token.text()));
      case QUASI -> new Expression.Quasi(token.quoter(), token.text());
      case SPECIAL -> bracketed(token);
      default -> throw cursor.fault("expected an expression");
    };
  }

  private Expression bracketed(Token open) {
    if (open.isSpecial("(")) {
      return parenthesised();
    }
    if (open.isSpecial("[")) {
      return sequence();
    }
    throw cursor.fault("expected an expression");
  }

  private Expression parenthesised() {
    if (cursor.takeIf(Kind.SPECIAL, ")")) {
      return new Expression.Tuple(List.of());
    }
    Token next = cursor.peek();
    boolean negative = next.is(Kind.OPERATOR, "-") && !cursor.peekSecond().isSpecial(")");
    if (!negative) {
      String operator = operator();
      if (!operator.isEmpty()) {
        return operatorAlone(operator);
      }
    }
    List<Expression> items = new ArrayList<>(List.of(expression()));
    String section = operator();
    if (!section.isEmpty()) {
      cursor.expect(Kind.SPECIAL, ")");
      return new Apply(new Name(section), items.getFirst());
    }
    while (cursor.takeIf(Kind.SPECIAL, ",")) {
      items.add(expression());
    }
    cursor.expect(Kind.SPECIAL, ")");
    return items.size() == 1 ? items.getFirst() : new Expression.Tuple(items);
  }

  private Expression operatorAlone(String operator) {
    if (cursor.takeIf(Kind.SPECIAL, ")")) {
      return new Name(operator);
    }
    Expression right = expression();
    cursor.expect(Kind.SPECIAL, ")");
    return new Expression.RightSection(operator, right);
  }

  private Expression sequence() {
    List<Expression> items = new ArrayList<>();
    while (!cursor.takeIf(Kind.SPECIAL, "]")) {
      if (!items.isEmpty()) {
        if (items.size() == 1 && cursor.takeIf(Kind.RESERVED, "..")) {
          Expression to = expression();
          cursor.expect(Kind.SPECIAL, "]");
          return new Expression.Range(items.getFirst(), to);
        }
        cursor.expect(Kind.SPECIAL, ",");
      }
      items.add(expression());
    }
    return new Expression.Sequence(items);
  }
}
