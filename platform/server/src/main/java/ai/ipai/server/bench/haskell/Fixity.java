package ai.ipai.server.bench.haskell;

import java.util.Map;

/**
 * How strongly an operator binds. Source: the report's section 4.4.2 and the packages that the
 * specs import.
 */
record Fixity(int strength, Side side) {
  enum Side {
    LEFT,
    RIGHT,
    NONE
  }

  private static final Fixity DEFAULT = new Fixity(9, Side.LEFT);
  private static final Map<String, Fixity> KNOWN =
      Map.ofEntries(
          Map.entry(".", right(9)),
          Map.entry("!!", left(9)),
          Map.entry("^", right(8)),
          Map.entry("^?", left(8)),
          Map.entry("^.", left(8)),
          Map.entry(".=", right(8)),
          Map.entry("*", left(7)),
          Map.entry("/", left(7)),
          Map.entry("+", left(6)),
          Map.entry("-", left(6)),
          Map.entry("<>", right(6)),
          Map.entry(":", right(5)),
          Map.entry("++", right(5)),
          Map.entry("==", none(4)),
          Map.entry("/=", none(4)),
          Map.entry("<", none(4)),
          Map.entry("<=", none(4)),
          Map.entry(">", none(4)),
          Map.entry(">=", none(4)),
          Map.entry("=~", none(4)),
          Map.entry("elem", none(4)),
          Map.entry("notElem", none(4)),
          Map.entry("<$>", left(4)),
          Map.entry("<*>", left(4)),
          Map.entry("&&", right(3)),
          Map.entry("||", right(2)),
          Map.entry(">>=", left(1)),
          Map.entry(">>", left(1)),
          Map.entry("=<<", right(1)),
          Map.entry("&", left(1)),
          Map.entry("shouldBe", none(1)),
          Map.entry("shouldNotBe", none(1)),
          Map.entry("shouldSatisfy", none(1)),
          Map.entry("shouldContain", none(1)),
          Map.entry("shouldRespondWith", none(1)),
          Map.entry("$", right(0)),
          Map.entry("$!", right(0)));

  private static Fixity left(int strength) {
    return new Fixity(strength, Side.LEFT);
  }

  private static Fixity right(int strength) {
    return new Fixity(strength, Side.RIGHT);
  }

  private static Fixity none(int strength) {
    return new Fixity(strength, Side.NONE);
  }

  static Fixity of(String operator) {
    return KNOWN.getOrDefault(operator, DEFAULT);
  }
}
