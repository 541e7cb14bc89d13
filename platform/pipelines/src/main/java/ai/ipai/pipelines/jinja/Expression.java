package ai.ipai.pipelines.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression of a template, each with the line where it starts. */
public sealed interface Expression {
  int line();

  record Constant(int line, @Nullable Object value) implements Expression {}

  record Name(int line, String name) implements Expression {}

  /** A list, or a tuple. */
  record Items(int line, boolean tuple, List<Expression> items) implements Expression {}

  record Dictionary(int line, List<Expression> keys, List<Expression> values)
      implements Expression {}

  record Attribute(int line, Expression target, String name) implements Expression {}

  record Item(int line, Expression target, Expression index) implements Expression {}

  record Slice(
      int line,
      Expression target,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step)
      implements Expression {}

  record Call(int line, Expression target, CallArguments arguments) implements Expression {}

  /**
   * A filter.
   *
   * @param target null in a filter block, where the body is the target
   */
  record Filter(int line, @Nullable Expression target, String name, CallArguments arguments)
      implements Expression {}

  record Test(int line, Expression target, String name, CallArguments arguments, boolean negated)
      implements Expression {}

  record Unary(int line, String operator, Expression operand) implements Expression {}

  record Binary(int line, String operator, Expression left, Expression right)
      implements Expression {}

  /** {@code a < b < c}: operators stand between the operands. */
  record Comparison(int line, List<Expression> operands, List<String> operators)
      implements Expression {}

  record Conditional(
      int line, Expression condition, Expression then, @Nullable Expression otherwise)
      implements Expression {}

  /** What stands between the parentheses of a call. */
  record CallArguments(
      List<Expression> positional,
      List<Named> named,
      @Nullable Expression moreItems,
      @Nullable Expression moreNamed) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);
  }

  record Named(String name, Expression value) {}
}
