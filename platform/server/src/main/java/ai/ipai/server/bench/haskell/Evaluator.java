package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Declaration.Binding;
import ai.ipai.server.bench.haskell.Declaration.Clause;
import ai.ipai.server.bench.haskell.Expression.Alternative;
import ai.ipai.server.bench.haskell.Expression.Branch;
import ai.ipai.server.bench.haskell.Expression.Guarded;
import ai.ipai.server.bench.haskell.Expression.Statement;
import ai.ipai.server.bench.haskell.Value.Lazy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Works expressions out, lazily. What the library defines is in the scope already. */
public final class Evaluator {
  private final Overloads overloads;

  public Evaluator(Overloads overloads) {
    this.overloads = overloads;
  }

  /** What only the library of a kind of specs knows. */
  public interface Overloads {
    Value quasi(String quoter, String content, Scope scope);

    /**
     * A literal or other value that is changed like a record, such as {@code "" { status = 1 }}.
     */
    Value.Fields asRecord(Value value);
  }

  /** Adds what a module or a block defines; definitions may use each other in any order. */
  public void define(List<Declaration> declarations, Scope scope) {
    Map<String, List<Clause>> functions = new LinkedHashMap<>();
    for (Declaration one : declarations) {
      switch (one) {
        case Clause clause ->
            functions.computeIfAbsent(clause.name(), name -> new ArrayList<>()).add(clause);
        case Binding binding -> bind(binding, scope);
      }
    }
    functions.forEach((name, clauses) -> scope.define(name, function(clauses, scope)));
  }

  private void bind(Binding binding, Scope scope) {
    Lazy whole = new Lazy(() -> guarded(binding.body(), scope));
    Lazy parts =
        new Lazy(
            () -> {
              Scope matched = new Scope(null);
              if (!matches(binding.pattern(), whole, matched)) {
                throw new Unreadable("a pattern does not fit " + Values.show(whole));
              }
              return new Value.Opaque(matched);
            });
    for (String name : variables(binding.pattern())) {
      scope.define(
          name, new Lazy(() -> ((Scope) ((Value.Opaque) Value.of(parts)).content()).get(name)));
    }
  }

  private static List<String> variables(Pattern pattern) {
    return switch (pattern) {
      case Pattern.Variable variable -> List.of(variable.name());
      case Pattern.Tuple tuple -> variables(tuple.items());
      case Pattern.Sequence sequence -> variables(sequence.items());
      case Pattern.Cons cons -> variables(List.of(cons.head(), cons.tail()));
      case Pattern.Constructor constructor -> variables(constructor.fields());
      case Pattern.Any any -> List.of();
      case Pattern.Text text -> List.of();
      case Pattern.Numeral number -> List.of();
    };
  }

  private static List<String> variables(List<Pattern> patterns) {
    return patterns.stream().flatMap(pattern -> variables(pattern).stream()).toList();
  }

  private Value function(List<Clause> clauses, Scope scope) {
    int arity = clauses.getFirst().parameters().size();
    if (arity == 0) {
      return new Lazy(() -> guarded(clauses.getFirst().body(), scope));
    }
    return curried(arity, List.of(), arguments -> call(clauses, arguments, scope));
  }

  private Value call(List<Clause> clauses, List<Value> arguments, Scope scope) {
    for (Clause clause : clauses) {
      Scope inner = new Scope(scope);
      if (matchesAll(clause.parameters(), arguments, inner)) {
        return guarded(clause.body(), inner);
      }
    }
    throw new Unreadable("no clause of " + clauses.getFirst().name() + " fits its arguments");
  }

  /** A function of several arguments, taken one by one. */
  static Value curried(
      int arity, List<Value> taken, java.util.function.Function<List<Value>, Value> body) {
    return (Value.Function)
        argument -> {
          List<Value> all = new ArrayList<>(taken);
          all.add(argument);
          return all.size() == arity ? body.apply(all) : curried(arity, all, body);
        };
  }

  private Value guarded(Guarded body, Scope outer) {
    Scope scope = new Scope(outer);
    define(body.where(), scope);
    for (Branch branch : body.branches()) {
      if (Values.isTrue(evaluate(branch.condition(), scope))) {
        return evaluate(branch.body(), scope);
      }
    }
    throw new Unreadable("no guard holds");
  }

  public Value evaluate(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Name name -> named(name.name(), scope);
      case Expression.Text text -> new Value.Bytes(text.text());
      case Expression.Numeral number -> new Value.Numeral(number.number());
      case Expression.Apply apply ->
          Values.apply(evaluate(apply.function(), scope), later(apply.argument(), scope));
      case Expression.Lambda lambda ->
          curried(
              lambda.parameters().size(), List.of(), arguments -> body(lambda, arguments, scope));
      case Expression.Let let -> {
        Scope inner = new Scope(scope);
        define(let.declarations(), inner);
        yield evaluate(let.body(), inner);
      }
      case Expression.If choice ->
          Values.isTrue(evaluate(choice.condition(), scope))
              ? evaluate(choice.then(), scope)
              : evaluate(choice.otherwise(), scope);
      case Expression.Case choice -> choose(choice, scope);
      case Expression.Do steps -> (Value.Action) context -> run(steps.statements(), scope, context);
      case Expression.Tuple tuple -> new Value.Tuple(later(tuple.items(), scope));
      case Expression.Sequence sequence -> new Value.Sequence(later(sequence.items(), scope));
      case Expression.Range range ->
          new Value.Sequence(
              LongStream.rangeClosed(
                      Values.number(evaluate(range.from(), scope)),
                      Values.number(evaluate(range.to(), scope)))
                  .mapToObj(Value::of)
                  .toList());
      case Expression.RightSection section ->
          (Value.Function)
              left ->
                  Values.apply(
                      Values.apply(named(section.operator(), scope), left),
                      later(section.right(), scope));
      case Expression.Update update -> updated(update, scope);
      case Expression.Quasi quasi -> overloads.quasi(quasi.quoter(), quasi.content(), scope);
    };
  }

  private static Value named(String name, Scope scope) {
    Value known = scope.find(name);
    if (known == null && Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1))) {
      // A constructor that nobody explains is told by its name.
      return new Value.Constructed(name.substring(name.lastIndexOf('.') + 1), List.of());
    }
    return Value.of(known == null ? scope.get(name) : known);
  }

  private Value later(Expression expression, Scope scope) {
    return new Lazy(() -> evaluate(expression, scope));
  }

  private List<Value> later(List<Expression> expressions, Scope scope) {
    return expressions.stream().map(one -> later(one, scope)).toList();
  }

  private Value body(Expression.Lambda lambda, List<Value> arguments, Scope scope) {
    Scope inner = new Scope(scope);
    if (!matchesAll(lambda.parameters(), arguments, inner)) {
      throw new Unreadable("a pattern of a function does not fit");
    }
    return evaluate(lambda.body(), inner);
  }

  private Value choose(Expression.Case choice, Scope scope) {
    Value subject = evaluate(choice.subject(), scope);
    for (Alternative alternative : choice.alternatives()) {
      Scope inner = new Scope(scope);
      if (matches(alternative.pattern(), subject, inner)) {
        return guarded(alternative.body(), inner);
      }
    }
    throw new Unreadable("no case fits " + Values.show(subject));
  }

  private Value updated(Expression.Update update, Scope scope) {
    Map<String, Value> fields = new LinkedHashMap<>();
    update.fields().forEach((name, value) -> fields.put(name, later(value, scope)));
    if (update.base() instanceof Expression.Name(String name)
        && Character.isUpperCase(name.charAt(0))) {
      return new Value.Fields(name.substring(name.lastIndexOf('.') + 1), fields);
    }
    Value base = evaluate(update.base(), scope);
    return (base instanceof Value.Fields made ? made : overloads.asRecord(base)).with(fields);
  }

  private Value run(List<Statement> statements, Scope outer, Object context) {
    Scope scope = new Scope(outer);
    Value last = Value.UNIT;
    for (Statement statement : statements) {
      switch (statement) {
        case Statement.Bind bind -> {
          Value result = Values.run(evaluate(bind.action(), scope), context);
          Scope inner = new Scope(scope);
          if (!matches(bind.pattern(), result, inner)) {
            throw new Unreadable("a pattern does not fit " + Values.show(result));
          }
          scope = inner;
        }
        case Statement.Define define -> {
          scope = new Scope(scope);
          define(define.declarations(), scope);
        }
        case Statement.Run step -> last = Values.run(evaluate(step.action(), scope), context);
      }
    }
    return last;
  }

  private boolean matchesAll(List<Pattern> patterns, List<Value> values, Scope scope) {
    if (patterns.size() != values.size()) {
      return false;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (!matches(patterns.get(i), values.get(i), scope)) {
        return false;
      }
    }
    return true;
  }

  private boolean matches(Pattern pattern, Value value, Scope scope) {
    return switch (pattern) {
      case Pattern.Any any -> true;
      case Pattern.Variable variable -> {
        scope.define(variable.name(), value);
        yield true;
      }
      case Pattern.Text text -> Values.areEqual(new Value.Bytes(text.text()), value);
      case Pattern.Numeral number -> Values.areEqual(new Value.Numeral(number.number()), value);
      case Pattern.Tuple tuple ->
          Value.of(value) instanceof Value.Tuple made
              && matchesAll(tuple.items(), made.items(), scope);
      case Pattern.Sequence sequence -> matchesAll(sequence.items(), Values.items(value), scope);
      case Pattern.Cons cons -> {
        List<Value> items = Values.items(value);
        yield !items.isEmpty()
            && matches(cons.head(), items.getFirst(), scope)
            && matches(cons.tail(), new Value.Sequence(items.subList(1, items.size())), scope);
      }
      case Pattern.Constructor constructor ->
          Value.of(value) instanceof Value.Constructed made
              && made.name().equals(constructor.name())
              && matchesAll(constructor.fields(), made.fields(), scope);
    };
  }

  /** A number, for those who define library functions. */
  public static Value number(BigDecimal number) {
    return new Value.Numeral(number);
  }
}
