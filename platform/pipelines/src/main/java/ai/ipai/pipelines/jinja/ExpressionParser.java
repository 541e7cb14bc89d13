package ai.ipai.pipelines.jinja;

import ai.ipai.pipelines.jinja.Expression.CallArguments;
import ai.ipai.pipelines.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Jinja's expressions, by its own precedence. */
class ExpressionParser {
  private static final Set<String> WORDS_AFTER_TEST =
      Set.of("else", "or", "and", "is", "if", "not", "in", "recursive");
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

  final String file;
  private final List<Token> tokens;
  private int position;

  /** Every name read since the last {@link #watchNames}: tells whether a macro reads varargs. */
  private Set<String> names = new HashSet<>();

  ExpressionParser(String file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  final Token current() {
    return tokens.get(position);
  }

  final Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  final Token advance() {
    Token token = tokens.get(position);
    if (position < tokens.size() - 1) {
      position++;
    }
    return token;
  }

  final Set<String> watchNames() {
    Set<String> outer = names;
    names = new HashSet<>();
    return outer;
  }

  /** Ends a watch: what was read inside counts for the outer watch too. */
  final Set<String> endWatch(Set<String> outer) {
    Set<String> inner = names;
    outer.addAll(inner);
    names = outer;
    return inner;
  }

  final boolean skipOperator(String operator) {
    if (current().isOperator(operator)) {
      advance();
      return true;
    }
    return false;
  }

  final boolean skipName(String name) {
    if (current().isName(name)) {
      advance();
      return true;
    }
    return false;
  }

  final void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  final void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  final String name() {
    if (current().kind() != Kind.NAME) {
      throw unexpected("a name");
    }
    return advance().text();
  }

  final void expect(Kind kind) {
    if (current().kind() != kind) {
      throw unexpected(
          kind == Kind.BLOCK_END ? "'%}'" : kind == Kind.OUTPUT_END ? "'}}'" : kind.name());
    }
    advance();
  }

  final TemplateException unexpected(String expected) {
    return fault("expected " + expected + ", found " + describe(current()), current().line());
  }

  final TemplateException fault(String message, int line) {
    return new TemplateException(message, new Place(file, line));
  }

  static String describe(Token token) {
    return switch (token.kind()) {
      case TEXT -> "text";
      case OUTPUT_BEGIN -> "'{{'";
      case OUTPUT_END -> "'}}'";
      case BLOCK_BEGIN -> "'{%'";
      case BLOCK_END -> "'%}'";
      case NAME, OPERATOR -> "'" + token.text() + "'";
      case CONSTANT -> "a constant";
      case END -> "the end of the file";
    };
  }

  /** {@code a} or the tuple {@code a, b}. */
  final Expression tupleOrExpression() {
    int line = current().line();
    Expression first = expression();
    if (!current().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (skipOperator(",")) {
      Kind kind = current().kind();
      if (kind == Kind.OUTPUT_END || kind == Kind.BLOCK_END || current().isOperator(")")) {
        break;
      }
      items.add(expression());
    }
    return new Expression.Items(line, true, items);
  }

  final Expression expression() {
    int line = current().line();
    Expression value = or();
    while (skipName("if")) {
      Expression condition = or();
      Expression otherwise = skipName("else") ? expression() : null;
      value = new Expression.Conditional(line, condition, value, otherwise);
    }
    return value;
  }

  /** Without a trailing {@code if}, which belongs to the loop. */
  final Expression expressionBeforeIf() {
    int line = current().line();
    Expression first = or();
    if (!current().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (skipOperator(",")) {
      items.add(or());
    }
    return new Expression.Items(line, true, items);
  }

  private Expression or() {
    Expression left = and();
    while (current().isName("or")) {
      int line = advance().line();
      left = new Expression.Binary(line, "or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (current().isName("and")) {
      int line = advance().line();
      left = new Expression.Binary(line, "and", left, not());
    }
    return left;
  }

  private Expression not() {
    if (current().isName("not")) {
      int line = advance().line();
      return new Expression.Unary(line, "not", not());
    }
    return comparison();
  }

  private Expression comparison() {
    int line = current().line();
    Expression first = sum();
    List<Expression> operands = new ArrayList<>(List.of(first));
    List<String> operators = new ArrayList<>();
    while (true) {
      Token token = current();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(advance().text());
      } else if (token.isName("in")) {
        advance();
        operators.add("in");
      } else if (token.isName("not") && peek(1).isName("in")) {
        advance();
        advance();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(line, operands, operators);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (current().isOperator("+") || current().isOperator("-")) {
      Token operator = advance();
      left = new Expression.Binary(operator.line(), operator.text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (current().isOperator("~")) {
      int line = advance().line();
      left = new Expression.Binary(line, "~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (current().isOperator("*")
        || current().isOperator("/")
        || current().isOperator("//")
        || current().isOperator("%")) {
      Token operator = advance();
      left = new Expression.Binary(operator.line(), operator.text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (current().isOperator("**")) {
      int line = advance().line();
      left = new Expression.Binary(line, "**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Token token = current();
    Expression value;
    if (token.isOperator("-") || token.isOperator("+")) {
      advance();
      value = new Expression.Unary(token.line(), token.text(), unary(false));
    } else {
      value = postfix(primary());
    }
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = current();
    int line = token.line();
    if (token.kind() == Kind.NAME) {
      advance();
      return switch (token.text()) {
        case "true", "True" -> new Expression.Constant(line, true);
        case "false", "False" -> new Expression.Constant(line, false);
        case "none", "None" -> new Expression.Constant(line, null);
        default -> {
          names.add(token.text());
          yield new Expression.Name(line, token.text());
        }
      };
    }
    if (token.kind() == Kind.CONSTANT) {
      advance();
      return constant(token);
    }
    if (skipOperator("(")) {
      if (skipOperator(")")) {
        return new Expression.Items(line, true, List.of());
      }
      Expression inner = tupleOrExpression();
      expectOperator(")");
      return inner;
    }
    if (skipOperator("[")) {
      return new Expression.Items(line, false, listUntil("]"));
    }
    if (skipOperator("{")) {
      return dictionary(line);
    }
    throw unexpected("an expression");
  }

  /** Texts that stand beside each other are one. */
  private Expression constant(Token token) {
    if (!(token.value() instanceof String) || current().kind() != Kind.CONSTANT) {
      return new Expression.Constant(token.line(), token.value());
    }
    StringBuilder text = new StringBuilder((String) token.value());
    while (current().kind() == Kind.CONSTANT && current().value() instanceof String more) {
      text.append(more);
      advance();
    }
    return new Expression.Constant(token.line(), text.toString());
  }

  private List<Expression> listUntil(String close) {
    List<Expression> items = new ArrayList<>();
    while (!skipOperator(close)) {
      items.add(expression());
      if (!current().isOperator(close)) {
        expectOperator(",");
      }
    }
    return items;
  }

  private Expression dictionary(int line) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!skipOperator("}")) {
      keys.add(expression());
      expectOperator(":");
      values.add(expression());
      if (!current().isOperator("}")) {
        expectOperator(",");
      }
    }
    return new Expression.Dictionary(line, keys, values);
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      int line = current().line();
      if (skipOperator(".")) {
        Token token = advance();
        if (token.kind() == Kind.NAME) {
          value = new Expression.Attribute(line, value, token.text());
        } else if (token.kind() == Kind.CONSTANT && token.value() instanceof Long) {
          value = new Expression.Item(line, value, new Expression.Constant(line, token.value()));
        } else {
          throw fault("expected a name after '.', found " + describe(token), token.line());
        }
      } else if (skipOperator("[")) {
        value = subscript(line, value);
      } else if (current().isOperator("(")) {
        value = new Expression.Call(line, value, callArguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(int line, Expression target) {
    Expression from = current().isOperator(":") ? null : tupleOrExpression();
    if (!current().isOperator(":")) {
      expectOperator("]");
      if (from == null) {
        throw unexpected("an index");
      }
      return new Expression.Item(line, target, from);
    }
    expectOperator(":");
    Expression to = sliceEnd();
    Expression step = skipOperator(":") ? sliceEnd() : null;
    expectOperator("]");
    return new Expression.Slice(line, target, from, to, step);
  }

  private @Nullable Expression sliceEnd() {
    return current().isOperator(":") || current().isOperator("]") ? null : expression();
  }

  final CallArguments callArguments() {
    expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    List<Expression.Named> named = new ArrayList<>();
    Expression moreItems = null;
    Expression moreNamed = null;
    while (!skipOperator(")")) {
      if (skipOperator("*")) {
        moreItems = expression();
      } else if (skipOperator("**")) {
        moreNamed = expression();
      } else if (current().kind() == Kind.NAME && peek(1).isOperator("=")) {
        String name = name();
        expectOperator("=");
        named.add(new Expression.Named(name, expression()));
      } else {
        if (!named.isEmpty() || moreNamed != null) {
          throw fault("a positional argument follows a named one", current().line());
        }
        positional.add(expression());
      }
      if (!current().isOperator(")")) {
        expectOperator(",");
      }
    }
    return new CallArguments(positional, named, moreItems, moreNamed);
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      int line = current().line();
      if (current().isOperator("|")) {
        value = filter(value);
      } else if (skipName("is")) {
        value = test(line, value);
      } else if (current().isOperator("(")
          || current().isOperator(".")
          || current().isOperator("[")) {
        value = postfix(value);
      } else {
        return value;
      }
    }
  }

  final Expression.Filter filter(@Nullable Expression target) {
    int line = current().line();
    expectOperator("|");
    return filterCall(target, line);
  }

  final Expression.Filter filterCall(@Nullable Expression target, int line) {
    StringBuilder name = new StringBuilder(name());
    while (skipOperator(".")) {
      name.append('.').append(name());
    }
    CallArguments arguments = current().isOperator("(") ? callArguments() : CallArguments.NONE;
    return new Expression.Filter(line, target, name.toString(), arguments);
  }

  private Expression test(int line, Expression target) {
    boolean negated = skipName("not");
    String name = name();
    CallArguments arguments = CallArguments.NONE;
    Token token = current();
    boolean operand =
        token.kind() == Kind.CONSTANT
            || token.isOperator("[")
            || token.isOperator("{")
            || (token.kind() == Kind.NAME && !WORDS_AFTER_TEST.contains(token.text()));
    if (token.isOperator("(")) {
      arguments = callArguments();
    } else if (operand) {
      arguments = new CallArguments(List.of(postfix(primary())), List.of(), null, null);
    }
    return new Expression.Test(line, target, name, arguments, negated);
  }
}
