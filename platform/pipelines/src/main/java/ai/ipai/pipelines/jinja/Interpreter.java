package ai.ipai.pipelines.jinja;

import ai.ipai.pipelines.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Renders templates and calls macros with one set of globals. Not thread-safe: one per rendering.
 * Loops and recursion are bounded, so a template always ends.
 */
public final class Interpreter {
  private static final int MAX_DEPTH = 300;
  private static final long MAX_STEPS = 50_000_000;
  private static final int MAX_OUTPUT_CHARACTERS = 64 << 20;

  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Globals globals;
  private final Evaluator evaluator = new Evaluator();
  private int depth;
  private long steps;

  public Interpreter(Globals globals) {
    this.globals = globals;
  }

  /**
   * The text of a template.
   *
   * @throws TemplateException with file and line
   */
  public String render(Template template) {
    StringBuilder out = new StringBuilder();
    try {
      run(template.file(), template.body(), new Scope(globals), out);
    } catch (ReturnSignal early) {
      out.append(Values.text(early.value()));
    }
    return out.toString();
  }

  /** The value of an expression, such as {@code ref('countries')}. */
  public @Nullable Object evaluate(String file, String expression) {
    Template template = Template.parse(file, "{{" + expression + "}}");
    if (template.body().size() == 1
        && template.body().getFirst() instanceof Statement.Output output) {
      return evaluator.value(file, output.expression(), new Scope(globals));
    }
    throw new TemplateException("'" + expression + "' is not an expression", new Place(file, 1));
  }

  /** A macro that can be called with these globals. */
  public TemplateFunction bind(Macro macro) {
    return bind(macro, new Scope(globals));
  }

  TemplateFunction bind(Macro macro, Scope definedIn) {
    return new BoundMacro(macro, definedIn, null);
  }

  /** A macro bound to a scope, and inside a call block to the block. */
  private final class BoundMacro implements TemplateFunction, TemplateObject {
    private final Macro macro;
    private final Scope definedIn;
    private final @Nullable TemplateFunction caller;

    BoundMacro(Macro macro, Scope definedIn, @Nullable TemplateFunction caller) {
      this.macro = macro;
      this.definedIn = definedIn;
      this.caller = caller;
    }

    @Override
    public @Nullable Object call(Arguments arguments) {
      return callMacro(macro, definedIn, arguments, caller);
    }

    @Override
    public @Nullable Object attribute(String name) {
      return name.equals("name") ? macro.name() : new Undefined(macro.name() + "." + name);
    }
  }

  /** Calls something with a body that it reaches as {@code caller()}. */
  private @Nullable Object callWithBlock(
      @Nullable Object target, Arguments arguments, TemplateFunction block) {
    return switch (target) {
      case BoundMacro bound -> new BoundMacro(bound.macro, bound.definedIn, block).call(arguments);
      case BlockFunction function -> function.call(arguments, block);
      case null, default -> evaluator.call(target, "this", arguments);
    };
  }

  private @Nullable Object callMacro(
      Macro macro, Scope definedIn, Arguments arguments, @Nullable TemplateFunction caller) {
    if (depth >= MAX_DEPTH) {
      throw new TemplateException("macro '" + macro.name() + "' calls itself too deeply");
    }
    Scope scope = new Scope(definedIn);
    if (!macro.kind().equals("caller")) {
      scope.set("caller", caller == null ? new Undefined("caller") : caller);
    }
    bindParameters(macro, arguments, scope);
    StringBuilder out = new StringBuilder();
    depth++;
    try {
      run(macro.place().file(), macro.body(), scope, out);
      return out.toString();
    } catch (ReturnSignal signal) {
      return signal.value();
    } finally {
      depth--;
    }
  }

  private void bindParameters(Macro macro, Arguments arguments, Scope scope) {
    List<Macro.Parameter> parameters = macro.parameters();
    List<@Nullable Object> positional = arguments.positional();
    if (positional.size() > parameters.size() && !macro.takesMoreItems()) {
      throw new TemplateException(
          "macro '"
              + macro.name()
              + "' takes "
              + parameters.size()
              + " arguments, not "
              + positional.size());
    }
    Map<@Nullable Object, @Nullable Object> more = new java.util.LinkedHashMap<>(arguments.named());
    for (int i = 0; i < parameters.size(); i++) {
      Macro.Parameter parameter = parameters.get(i);
      String name = parameter.name();
      if (i < positional.size()) {
        scope.set(name, positional.get(i));
      } else if (more.containsKey(name)) {
        scope.set(name, more.get(name));
      } else if (parameter.fallback() != null) {
        scope.set(name, evaluator.value(macro.place().file(), parameter.fallback(), scope));
      } else {
        scope.set(name, new Undefined(name));
      }
      more.remove(name);
    }
    if (!more.isEmpty() && !macro.takesMoreNamed()) {
      throw new TemplateException(
          "macro '"
              + macro.name()
              + "' has no parameter '"
              + more.keySet().iterator().next()
              + "'");
    }
    int excess = Math.min(parameters.size(), positional.size());
    scope.set("varargs", new Tuple(positional.subList(excess, positional.size())));
    scope.set("kwargs", more);
  }

  private Flow run(String file, List<Statement> body, Scope scope, StringBuilder out) {
    for (Statement statement : body) {
      Flow flow;
      try {
        flow = run(file, statement, scope, out);
      } catch (TemplateException fault) {
        throw fault.at(new Place(file, statement.line()));
      } catch (ClassCastException
          | IndexOutOfBoundsException
          | UnsupportedOperationException fault) {
        throw new TemplateException("this expression got a value it cannot take", fault)
            .at(new Place(file, statement.line()));
      }
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(String file, Statement statement, Scope scope, StringBuilder out) {
    step(out);
    switch (statement) {
      case Statement.Text text -> out.append(text.text());
      case Statement.Output output -> {
        Object value = evaluator.value(file, output.expression(), scope);
        out.append(Values.text(value));
      }
      case Statement.Do effect -> evaluator.value(file, effect.expression(), scope);
      case Statement.If branches -> {
        return run(file, chosen(file, branches, scope), scope, out);
      }
      case Statement.For loop -> {
        loop(file, loop, evaluator.value(file, loop.items(), scope), scope, out, 0);
      }
      case Statement.Set set ->
          assign(set.targets(), evaluator.value(file, set.value(), scope), scope);
      case Statement.SetBlock set -> {
        Object text = block(file, set.body(), set.filters(), new Scope(scope));
        assign(List.of(set.target()), text, scope);
      }
      case Statement.FilterBlock filter ->
          out.append(Values.text(block(file, filter.body(), filter.filters(), new Scope(scope))));
      case Statement.With with -> {
        Scope inner = new Scope(scope);
        for (Expression.Named value : with.values()) {
          inner.set(value.name(), evaluator.value(file, value.value(), inner));
        }
        return run(file, with.body(), inner, out);
      }
      case Statement.Define define -> {
        if (define.macro().kind().equals("macro")) {
          scope.set(define.macro().name(), bind(define.macro(), scope));
        }
      }
      case Statement.CallBlock call -> callBlock(file, call, scope, out);
      case Statement.Break ignored -> {
        return Flow.BREAK;
      }
      case Statement.Continue ignored -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private void step(StringBuilder out) {
    if (++steps > MAX_STEPS) {
      throw new TemplateException("the template runs for too long");
    }
    if (out.length() > MAX_OUTPUT_CHARACTERS) {
      throw new TemplateException("the template writes too much");
    }
  }

  private List<Statement> chosen(String file, Statement.If branches, Scope scope) {
    for (Statement.Branch branch : branches.branches()) {
      if (Values.truth(evaluator.value(file, branch.condition(), scope))) {
        return branch.body();
      }
    }
    return branches.otherwise();
  }

  private @Nullable Object block(
      String file, List<Statement> body, List<Expression.Filter> filters, Scope scope) {
    StringBuilder text = new StringBuilder();
    run(file, body, scope, text);
    Object value = text.toString();
    for (Expression.Filter filter : filters) {
      value = evaluator.filter(file, filter, value, scope);
    }
    return value;
  }

  private void callBlock(String file, Statement.CallBlock call, Scope scope, StringBuilder out) {
    Object target = evaluator.value(file, call.call().target(), scope);
    Arguments arguments = evaluator.arguments(file, call.call().arguments(), scope);
    TemplateFunction block = bind(call.caller(), scope);
    out.append(Values.text(callWithBlock(target, arguments, block)));
  }

  private void loop(
      String file,
      Statement.For loop,
      @Nullable Object value,
      Scope scope,
      StringBuilder out,
      int level) {
    List<@Nullable Object> items = Values.items(value);
    if (loop.filter() != null) {
      List<@Nullable Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope inner = new Scope(scope);
        unpack(loop.names(), item, inner);
        if (Values.truth(evaluator.value(file, loop.filter(), inner))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    TemplateFunction recursion =
        !loop.recursive()
            ? null
            : arguments -> {
              StringBuilder inner = new StringBuilder();
              if (level > MAX_DEPTH) {
                throw new TemplateException("the loop calls itself too deeply");
              }
              loop(file, loop, arguments.get(0, "items", null), scope, inner, level + 1);
              return inner.toString();
            };
    Loop state = new Loop(items, level, recursion);
    for (int i = 0; i < items.size(); i++) {
      state.index = i;
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      unpack(loop.names(), items.get(i), inner);
      if (run(file, loop.body(), inner, out) == Flow.BREAK) {
        break;
      }
    }
    if (items.isEmpty()) {
      run(file, loop.otherwise(), new Scope(scope), out);
    }
  }

  private static void unpack(List<String> names, @Nullable Object item, Scope scope) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), item);
      return;
    }
    List<@Nullable Object> parts = Values.items(item);
    checkCount(names.size(), parts.size());
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), parts.get(i));
    }
  }

  private static void checkCount(int names, int values) {
    if (names != values) {
      throw new TemplateException(names + " names cannot take " + values + " values");
    }
  }

  private static void assign(List<Target> targets, @Nullable Object value, Scope scope) {
    List<@Nullable Object> values = targets.size() == 1 ? List.of() : Values.items(value);
    if (targets.size() > 1) {
      checkCount(targets.size(), values.size());
    }
    for (int i = 0; i < targets.size(); i++) {
      Object one = targets.size() == 1 ? value : values.get(i);
      Target target = targets.get(i);
      if (target.attribute() == null) {
        scope.set(target.name(), one);
      } else if (scope.get(target.name()) instanceof Builtins.Namespace namespace) {
        namespace.values.put(target.attribute(), one);
      } else {
        throw new TemplateException("only attributes of a namespace() can be set");
      }
    }
  }
}
