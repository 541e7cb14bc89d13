package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Scope;
import ai.ipai.server.bench.haskell.Value;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Puts functions that are written in Java into a scope. Arguments come unevaluated. */
record Library(Scope scope) {
  /** Of three arguments. */
  interface Ternary {
    Value apply(Value first, Value second, Value third);
  }

  /** Of four. */
  interface Quaternary {
    Value apply(Value first, Value second, Value third, Value fourth);
  }

  void value(String name, Value value) {
    scope.define(name, value);
  }

  void unary(String name, UnaryOperator<Value> body) {
    scope.define(name, (Value.Function) body::apply);
  }

  void binary(String name, BinaryOperator<Value> body) {
    scope.define(
        name, (Value.Function) first -> (Value.Function) second -> body.apply(first, second));
  }

  void ternary(String name, Ternary body) {
    scope.define(
        name,
        (Value.Function)
            first ->
                (Value.Function)
                    second -> (Value.Function) third -> body.apply(first, second, third));
  }

  void quaternary(String name, Quaternary body) {
    scope.define(
        name,
        (Value.Function)
            first ->
                (Value.Function)
                    second ->
                        (Value.Function)
                            third ->
                                (Value.Function)
                                    fourth -> body.apply(first, second, third, fourth));
  }

  static Value session(Function<Session, Value> body) {
    return (Value.Action)
        context -> {
          if (context instanceof Session session) {
            return body.apply(session);
          }
          throw new ai.ipai.server.bench.haskell.Unreadable("a request outside of a case");
        };
  }
}
