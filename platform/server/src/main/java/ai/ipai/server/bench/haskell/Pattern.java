package ai.ipai.server.bench.haskell;

import java.math.BigDecimal;
import java.util.List;

/** What a value is taken apart with. */
public sealed interface Pattern {
  record Any() implements Pattern {}

  record Variable(String name) implements Pattern {}

  record Text(String text) implements Pattern {}

  record Numeral(BigDecimal number) implements Pattern {}

  record Tuple(List<Pattern> items) implements Pattern {}

  record Sequence(List<Pattern> items) implements Pattern {}

  record Cons(Pattern head, Pattern tail) implements Pattern {}

  record Constructor(String name, List<Pattern> fields) implements Pattern {}
}
