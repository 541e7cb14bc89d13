package ai.ipai.pipelines.jinja;

import ai.ipai.pipelines.jinja.Macro.Parameter;
import ai.ipai.pipelines.jinja.Statement.Branch;
import ai.ipai.pipelines.jinja.Statement.Target;
import ai.ipai.pipelines.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Statements: Jinja's, and the blocks that dbt adds (test, snapshot, materialization, docs). */
final class Parser extends ExpressionParser {
  private int loops;

  Parser(String file, List<Token> tokens) {
    super(file, tokens);
  }

  Template template() {
    List<Statement> body = statements(Set.of());
    if (current().kind() != Kind.END) {
      throw fault("'" + peek(1).text() + "' ends nothing", current().line());
    }
    return new Template(file, body);
  }

  /** Statements up to a block that starts with one of the words, or the end of the file. */
  private List<Statement> statements(Set<String> until) {
    List<Statement> body = new ArrayList<>();
    while (current().kind() != Kind.END) {
      Token token = current();
      switch (token.kind()) {
        case TEXT -> {
          advance();
          body.add(new Statement.Text(token.line(), token.text()));
        }
        case OUTPUT_BEGIN -> {
          advance();
          body.add(new Statement.Output(token.line(), tupleOrExpression()));
          expect(Kind.OUTPUT_END);
        }
        case BLOCK_BEGIN -> {
          String word = peek(1).text();
          if (until.contains(word) || (word.startsWith("end") && peek(1).kind() == Kind.NAME)) {
            return body;
          }
          body.add(block());
        }
        default -> throw unexpected("text, '{{' or '{%'");
      }
    }
    return body;
  }

  private Statement block() {
    int line = advance().line();
    String word = name();
    return switch (word) {
      case "if" -> ifBlock(line);
      case "for" -> forBlock(line);
      case "set" -> setBlock(line);
      case "do" -> {
        Expression expression = tupleOrExpression();
        expect(Kind.BLOCK_END);
        yield new Statement.Do(line, expression);
      }
      case "macro", "test", "data_test" ->
          macro(line, word.equals("macro") ? "macro" : "test", "end" + word);
      case "snapshot" -> named(line, "snapshot");
      case "docs" -> named(line, "docs");
      case "materialization" -> materialization(line);
      case "call" -> callBlock(line);
      case "filter" -> filterBlock(line);
      case "with" -> withBlock(line);
      case "break", "continue" -> {
        if (loops == 0) {
          throw fault("'" + word + "' stands outside a loop", line);
        }
        expect(Kind.BLOCK_END);
        yield word.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
      }
      default -> throw fault("'" + word + "' is no statement", line);
    };
  }

  /** The body of a block, up to and including its end. */
  private List<Statement> bodyUntil(String end, int opened, String what) {
    List<Statement> body = statements(Set.of(end));
    if (current().kind() == Kind.END || !peek(1).isName(end)) {
      throw fault("this " + what + " is never closed: '" + end + "' is missing", opened);
    }
    advance();
    advance();
    if (current().kind() == Kind.NAME) {
      advance(); // {% endmacro name %}
    }
    expect(Kind.BLOCK_END);
    return body;
  }

  private Statement ifBlock(int line) {
    List<Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    Set<String> until = Set.of("elif", "else", "endif");
    Expression condition = tupleOrExpression();
    expect(Kind.BLOCK_END);
    while (true) {
      branches.add(new Branch(condition, statements(until)));
      if (current().kind() == Kind.END || !until.contains(peek(1).text())) {
        throw fault("this if is never closed: 'endif' is missing", line);
      }
      advance();
      String word = name();
      if (word.equals("elif")) {
        condition = tupleOrExpression();
        expect(Kind.BLOCK_END);
      } else if (word.equals("else")) {
        expect(Kind.BLOCK_END);
        otherwise = bodyUntil("endif", line, "if");
        break;
      } else {
        expect(Kind.BLOCK_END);
        break;
      }
    }
    return new Statement.If(line, branches, otherwise);
  }

  private Statement forBlock(int line) {
    List<String> names = new ArrayList<>();
    boolean parenthesis = skipOperator("(");
    do {
      names.add(name());
    } while (skipOperator(","));
    if (parenthesis) {
      expectOperator(")");
    }
    expectName("in");
    Expression items = expressionBeforeIf();
    Expression filter = skipName("if") ? expression() : null;
    boolean recursive = skipName("recursive");
    expect(Kind.BLOCK_END);
    loops++;
    List<Statement> body = statements(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (current().kind() != Kind.END && peek(1).isName("else")) {
      advance();
      advance();
      expect(Kind.BLOCK_END);
      otherwise = bodyUntil("endfor", line, "for");
    } else {
      if (current().kind() == Kind.END || !peek(1).isName("endfor")) {
        throw fault("this for is never closed: 'endfor' is missing", line);
      }
      advance();
      advance();
      expect(Kind.BLOCK_END);
    }
    return new Statement.For(line, names, items, filter, recursive, body, otherwise);
  }

  private Target target() {
    String name = name();
    return new Target(name, skipOperator(".") ? name() : null);
  }

  private Statement setBlock(int line) {
    List<Target> targets = new ArrayList<>();
    boolean parenthesis = skipOperator("(");
    do {
      targets.add(target());
    } while (skipOperator(","));
    if (parenthesis) {
      expectOperator(")");
    }
    if (skipOperator("=")) {
      Expression value = tupleOrExpression();
      expect(Kind.BLOCK_END);
      return new Statement.Set(line, targets, value);
    }
    if (targets.size() > 1) {
      throw unexpected("'='");
    }
    List<Expression.Filter> filters = filterChain();
    expect(Kind.BLOCK_END);
    return new Statement.SetBlock(
        line, targets.getFirst(), filters, bodyUntil("endset", line, "set"));
  }

  private List<Expression.Filter> filterChain() {
    List<Expression.Filter> filters = new ArrayList<>();
    while (current().isOperator("|")) {
      filters.add(filter(null));
    }
    return filters;
  }

  private Statement filterBlock(int line) {
    List<Expression.Filter> filters = new ArrayList<>(List.of(filterCall(null, line)));
    filters.addAll(filterChain());
    expect(Kind.BLOCK_END);
    return new Statement.FilterBlock(line, filters, bodyUntil("endfilter", line, "filter"));
  }

  private Statement withBlock(int line) {
    List<Expression.Named> values = new ArrayList<>();
    while (current().kind() != Kind.BLOCK_END) {
      String name = name();
      expectOperator("=");
      values.add(new Expression.Named(name, expression()));
      if (current().kind() != Kind.BLOCK_END) {
        expectOperator(",");
      }
    }
    expect(Kind.BLOCK_END);
    return new Statement.With(line, values, bodyUntil("endwith", line, "with"));
  }

  private Statement macro(int line, String kind, String end) {
    String name = name();
    List<Parameter> parameters = parameters();
    expect(Kind.BLOCK_END);
    return new Statement.Define(line, define(line, kind, name, parameters, end));
  }

  private Statement named(int line, String kind) {
    String name = name();
    expect(Kind.BLOCK_END);
    return new Statement.Define(line, define(line, kind, name, List.of(), "end" + kind));
  }

  private Statement materialization(int line) {
    String name = name();
    while (current().kind() != Kind.BLOCK_END) {
      advance(); // , default or , adapter='postgres', supported_languages=[…]
    }
    expect(Kind.BLOCK_END);
    return new Statement.Define(
        line, define(line, "materialization", name, List.of(), "endmaterialization"));
  }

  private Macro define(int line, String kind, String name, List<Parameter> parameters, String end) {
    int outerLoops = loops;
    loops = 0;
    Set<String> outer = watchNames();
    List<Statement> body = bodyUntil(end, line, kind);
    Set<String> names = endWatch(outer);
    loops = outerLoops;
    return new Macro(
        kind,
        name,
        new Place(file, line),
        parameters,
        body,
        names.contains("varargs"),
        names.contains("kwargs"));
  }

  private List<Parameter> parameters() {
    expectOperator("(");
    List<Parameter> parameters = new ArrayList<>();
    while (!skipOperator(")")) {
      String name = name();
      parameters.add(new Parameter(name, skipOperator("=") ? expression() : null));
      if (!current().isOperator(")")) {
        expectOperator(",");
      }
    }
    return parameters;
  }

  private Statement callBlock(int line) {
    List<Parameter> parameters = current().isOperator("(") ? parameters() : List.of();
    Expression expression = expression();
    if (!(expression instanceof Expression.Call call)) {
      throw fault("'call' needs a call, such as {% call statement('name') %}", line);
    }
    expect(Kind.BLOCK_END);
    Macro caller = define(line, "caller", "caller", parameters, "endcall");
    return new Statement.CallBlock(line, caller, call);
  }
}
