package ai.ipai.server.bench.haskell;

import java.util.List;

/** What gives a name a value. */
public sealed interface Declaration {
  /** One clause of a function; without parameters a constant. */
  record Clause(String name, List<Pattern> parameters, Expression.Guarded body)
      implements Declaration {}

  record Binding(Pattern pattern, Expression.Guarded body) implements Declaration {}
}
