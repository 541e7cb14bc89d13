package ai.ipai.server.bench.haskell;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** What has a value. */
public sealed interface Expression {
  /** A variable, a constructor or an operator, with its qualifier. */
  record Name(String name) implements Expression {}

  record Text(String text) implements Expression {}

  record Numeral(BigDecimal number) implements Expression {}

  record Apply(Expression function, Expression argument) implements Expression {}

  record Lambda(List<Pattern> parameters, Expression body) implements Expression {}

  record Let(List<Declaration> declarations, Expression body) implements Expression {}

  record If(Expression condition, Expression then, Expression otherwise) implements Expression {}

  record Case(Expression subject, List<Alternative> alternatives) implements Expression {}

  /** One branch. */
  record Alternative(Pattern pattern, Guarded body) {}

  record Do(List<Statement> statements) implements Expression {}

  record Tuple(List<Expression> items) implements Expression {}

  record Sequence(List<Expression> items) implements Expression {}

  record Range(Expression from, Expression to) implements Expression {}

  /** {@code (op e)}; {@code (e op)} is an application. */
  record RightSection(String operator, Expression right) implements Expression {}

  /** {@code Name { field = … }} makes a record, anything else is one changed. */
  record Update(Expression base, Map<String, Expression> fields) implements Expression {}

  record Quasi(String quoter, String content) implements Expression {}

  /** A statement of {@code do}. */
  sealed interface Statement {
    record Bind(Pattern pattern, Expression action) implements Statement {}

    record Define(List<Declaration> declarations) implements Statement {}

    record Run(Expression action) implements Statement {}
  }

  /** The first whose condition holds; what {@code where} defines is seen by all. */
  record Guarded(List<Branch> branches, List<Declaration> where) {}

  /** Of a definition without guards the condition is {@code True}. */
  record Branch(Expression condition, Expression body) {}
}
