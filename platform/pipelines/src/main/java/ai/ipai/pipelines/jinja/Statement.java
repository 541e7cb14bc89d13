package ai.ipai.pipelines.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a template, each with the line where it starts. */
public sealed interface Statement {
  int line();

  record Text(int line, String text) implements Statement {}

  record Output(int line, Expression expression) implements Statement {}

  record Do(int line, Expression expression) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  /**
   * A loop.
   *
   * @param names more than one unpacks each item
   */
  record For(
      int line,
      List<String> names,
      Expression items,
      @Nullable Expression filter,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  /** {@code set a, b = …} or {@code set namespace.name = …}. */
  record Set(int line, List<Target> targets, Expression value) implements Statement {}

  /**
   * What is set.
   *
   * @param attribute of a namespace; null for a variable
   */
  record Target(String name, @Nullable String attribute) {}

  record SetBlock(int line, Target target, List<Expression.Filter> filters, List<Statement> body)
      implements Statement {}

  record FilterBlock(int line, List<Expression.Filter> filters, List<Statement> body)
      implements Statement {}

  record With(int line, List<Expression.Named> values, List<Statement> body) implements Statement {}

  record Define(int line, Macro macro) implements Statement {}

  /**
   * {@code call(x) f(y)}.
   *
   * @param caller the body, as a macro of the given parameters
   */
  record CallBlock(int line, Macro caller, Expression.Call call) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}
}
