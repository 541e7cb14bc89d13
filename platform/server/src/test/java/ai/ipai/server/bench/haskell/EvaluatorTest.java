package ai.ipai.server.bench.haskell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The part of Haskell that is known, on snippets of our own. */
@Tag("REQ-RESTSPEC-002")
class EvaluatorTest {
  private final List<String> said = new ArrayList<>();

  private Value value(String source) {
    HaskellModule module = HaskellModule.read(source);
    assertThat(module.unread()).isEmpty();
    Scope scope = new Scope(null);
    scope.define("$", two(Values::apply));
    scope.define("+", two((a, b) -> Value.of(Values.number(a) + Values.number(b))));
    scope.define("*", two((a, b) -> Value.of(Values.number(a) * Values.number(b))));
    scope.define("<", two((a, b) -> Value.of(Values.number(a) < Values.number(b))));
    scope.define("<>", two((a, b) -> Value.of(Values.text(a) + Values.text(b))));
    scope.define("==", two((a, b) -> Value.of(Values.areEqual(a, b))));
    scope.define(
        "boom",
        new Value.Lazy(
            () -> {
              throw new Unreadable("looked at");
            }));
    scope.define("say", (Value.Function) text -> (Value.Action) context -> say(text));
    scope.define("shouldBe", two((a, b) -> (Value.Action) context -> say(a)));
    Evaluator evaluator =
        new Evaluator(
            new Evaluator.Overloads() {
              @Override
              public Value quasi(String quoter, String content, Scope names) {
                return new Value.Json(
                    JsonText.quoted(
                        content, name -> ((Value.Json) Value.of(names.get(name))).node()));
              }

              @Override
              public Value.Fields asRecord(Value value) {
                return new Value.Fields("Text", java.util.Map.of("text", value));
              }
            });
    evaluator.define(module.declarations(), scope);
    return Value.of(scope.get("result"));
  }

  private Value say(Value text) {
    said.add(Values.text(text));
    return Value.of(text);
  }

  private static Value two(java.util.function.BinaryOperator<Value> body) {
    return (Value.Function) a -> (Value.Function) b -> body.apply(a, b);
  }

  @Test
  void operatorsBindByTheirFixity() {
    assertThat(Values.number(value("result = 1 + 2 * 3"))).isEqualTo(7);
    assertThat(Values.number(value("result = (1 + 2) * 3"))).isEqualTo(9);
    assertThat(Values.text(value("f x = x <> \"!\"\nresult = f $ \"a\" <> \"b\"")))
        .isEqualTo("ab!");
  }

  @Test
  void functionsMayHaveClausesGuardsAndLocalDefinitions() {
    String source =
        """
        size :: Int -> String
        size 0 = "none"
        size n
          | n < few = "few"
          | otherwise = "many"
          where
            few = 3
        otherwise = True
        result = size 0 <> size 2 <> size 9
        """;
    assertThat(Values.text(value(source))).isEqualTo("nonefewmany");
  }

  @Test
  void whatNobodyLooksAtIsNotWorkedOut() {
    assertThat(Values.number(value("pick a b = a\nresult = pick 1 boom"))).isEqualTo(1);
    assertThatThrownBy(() -> value("pick a b = b\nresult = pick 1 boom"))
        .isInstanceOf(Unreadable.class);
  }

  @Test
  void patternsTakeValuesApart() {
    String source =
        """
        first pairs = case pairs of
          [] -> "nothing"
          ((name, _):_) -> name
        unwrap (Just x) = x
        unwrap Nothing = "none"
        result = first [("a", 1), ("b", 2)] <> first [] <> unwrap Nothing
        """;
    assertThat(Values.text(value(source))).isEqualTo("anothingnone");
  }

  @Test
  void aBlockEndsWhereItsIndentationDoes() {
    String source =
        """
        result = do
          say "one"
          let a = "t"
              b = "wo"
          say $
            a <> b
          x <- say "three"
          say x
        other = "not part of it"
        """;
    Values.run(value(source), this);
    assertThat(said).containsExactly("one", "two", "three", "three");
  }

  /** As GHC does it: the operator cannot begin a statement, so the block has ended before it. */
  @Test
  void anOperatorAtTheColumnOfABlockGoesOnWithTheWholeBlock() {
    String source =
        """
        result = twice $ do
          shown
          `before` "x"
        shown = "never run"
        before block text = say text
        twice action = action
        """;
    Values.run(value(source), this);
    assertThat(said).containsExactly("x");
  }

  @Test
  void recordsAreMadeAndChanged() {
    String source =
        """
        base = Settings { port = 1
          , name = "a"
        }
        result = base { port = 2 }
        """;
    Value.Fields made = (Value.Fields) value(source);
    assertThat(Values.number(Values.field(made, "port"))).isEqualTo(2);
    assertThat(Values.text(Values.field(made, "name"))).isEqualTo("a");
  }

  @Test
  void aLiteralMayBeChangedLikeARecord() {
    Value.Fields made = (Value.Fields) value("result = \"body\" { status = 404 }");
    assertThat(Values.number(Values.field(made, "status"))).isEqualTo(404);
    assertThat(Values.text(Values.field(made, "text"))).isEqualTo("body");
  }

  @Test
  void quasiQuotesAreLenientJsonWithValuesPutIn() {
    String source =
        """
        n = [json|{ inner: 1 }|]
        result = [json| { bare: [1, 2.50, null], "x": #{n}, "nl": "a\\n" } |]
        """;
    assertThat(JsonText.write(((Value.Json) value(source)).node()))
        .isEqualTo("{\"bare\":[1,2.5,null],\"nl\":\"a\\n\",\"x\":{\"inner\":1}}");
  }

  @Test
  void sectionsAndLambdasAreFunctions() {
    assertThat(Values.isTrue(value("result = (< 3) 2"))).isTrue();
    assertThat(Values.isTrue(value("result = (3 <) 2"))).isFalse();
    assertThat(Values.text(value("result = (\\(a, _) -> a) (\"x\", 1)"))).isEqualTo("x");
  }

  @Test
  void stringsKnowEscapesAndGaps() {
    assertThat(Values.text(value("result = \"a\\SOH\\&b\\\"\\   \\c\\tz\\x41\"")))
        .isEqualTo("a\u0001b\"c\tzA");
  }

  @Test
  void aDefinitionThatIsBeyondUsLeavesTheOthers() {
    HaskellModule module =
        HaskellModule.read("module M where\n\nimport X\n\ngood = 1\n\nbad = [x | x <- [1]]\n");
    assertThat(module.name()).isEqualTo("M");
    assertThat(module.declarations()).hasSize(1);
    assertThat(module.unread()).hasSize(1);
    assertThat(module.unread().getFirst().definition()).isEqualTo("bad");
  }

  @Test
  void jsonComparesAsValues() {
    assertThat(same("{\"a\":1,\"b\":[1.0]}", "{ \"b\": [1], \"a\": 1e0 }")).isTrue();
    assertThat(same("[1,2]", "[2,1]")).isFalse();
    assertThat(same("{\"a\":null}", "{}")).isFalse();
    assertThat(JsonText.parse("[1] x".getBytes(java.nio.charset.StandardCharsets.UTF_8))).isNull();
  }

  private static boolean same(String one, String other) {
    return JsonText.equal(
        JsonText.quoted(one, EvaluatorTest::none), JsonText.quoted(other, EvaluatorTest::none));
  }

  private static JsonNode none(String name) {
    throw new Unreadable("nobody defines " + name);
  }
}
