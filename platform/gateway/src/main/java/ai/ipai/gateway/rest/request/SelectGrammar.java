package ai.ipai.gateway.rest.request;

import static ai.ipai.gateway.rest.grammar.Parsers.character;
import static ai.ipai.gateway.rest.grammar.Parsers.end;
import static ai.ipai.gateway.rest.grammar.Parsers.word;
import static ai.ipai.gateway.rest.request.UrlGrammar.COLON;
import static ai.ipai.gateway.rest.request.UrlGrammar.FIELD;
import static ai.ipai.gateway.rest.request.UrlGrammar.IDENTIFIER;
import static ai.ipai.gateway.rest.request.UrlGrammar.NAME;
import static ai.ipai.gateway.rest.request.UrlGrammar.ahead;
import static ai.ipai.gateway.rest.request.UrlGrammar.padded;

import ai.ipai.gateway.rest.grammar.Parser;
import java.util.List;
import java.util.Optional;

/** The parameter {@code select}. */
final class SelectGrammar {
  private static final Parser<Optional<String>> ALIAS = NAME.skip(COLON).attempt().optional();
  private static final Parser<Optional<String>> CAST = word("::").before(IDENTIFIER).optional();
  private static final Parser<Boolean> END = ahead(")").or(ahead(",")).or(end().attempt());

  static final Parser<List<Selected>> ITEMS = items();

  private SelectGrammar() {}

  /** What stands behind {@code !}: a hint or a kind of join. */
  private record Modifiers(Optional<String> hint, Optional<JoinKind> join) {
    static final Modifiers NONE = new Modifiers(Optional.empty(), Optional.empty());

    static Modifiers ofJoin(JoinKind kind) {
      return new Modifiers(Optional.empty(), Optional.of(kind));
    }

    static Modifiers ofHint(String hint) {
      return new Modifiers(Optional.of(hint), Optional.empty());
    }

    Modifiers or(Modifiers other) {
      return new Modifiers(hint.or(other::hint), join.or(other::join));
    }
  }

  private static Parser<List<Selected>> items() {
    Parser<Selected> item = Parser.lazy(SelectGrammar::item);
    return item.separatedBy(padded(character(','))).orElse(List.of());
  }

  private static Parser<Selected> item() {
    return spread()
        .attempt()
        .with(inner(), SelectGrammar::filled)
        .or(embedded().attempt().with(inner(), SelectGrammar::filled))
        .or(column());
  }

  private static Selected filled(Selected.Embedded empty, List<Selected> inner) {
    return new Selected.Embedded(
        empty.target(), empty.alias(), empty.hint(), empty.join(), empty.spread(), inner);
  }

  private static Parser<List<Selected>> inner() {
    return character('(').before(Parser.lazy(SelectGrammar::items)).skip(character(')'));
  }

  private static Parser<Selected.Embedded> spread() {
    return padded(
        word("...")
            .before(NAME)
            .then(target -> modifiers().map(m -> bare(target, Optional.empty(), m, true)))
            .skip(ahead("(")));
  }

  private static Parser<Selected.Embedded> embedded() {
    return padded(
        ALIAS.then(
            alias ->
                UrlGrammar.unless("count", NAME)
                    .then(target -> modifiers().map(m -> bare(target, alias, m, false)))
                    .skip(ahead("("))));
  }

  private static Selected.Embedded bare(
      String target, Optional<String> alias, Modifiers modifiers, boolean spread) {
    return new Selected.Embedded(
        target, alias, modifiers.hint(), modifiers.join(), spread, List.of());
  }

  private static Parser<Modifiers> modifiers() {
    Parser<Modifiers> one =
        character('!')
            .before(
                word("left")
                    .as(Modifiers.ofJoin(JoinKind.LEFT))
                    .attempt()
                    .or(word("inner").as(Modifiers.ofJoin(JoinKind.INNER)).attempt())
                    .or(NAME.map(Modifiers::ofHint).attempt()));
    Parser<Modifiers> perhaps = one.orElse(Modifiers.NONE);
    return perhaps.with(perhaps, Modifiers::or);
  }

  private static Parser<Selected> column() {
    return padded(star().attempt().or(count().attempt()).or(plain()));
  }

  private static Parser<Selected> star() {
    return word("*").before(END).as(of(Field.of(Field.STAR)));
  }

  private static Selected of(Field field) {
    return new Selected.Column(
        field, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Parser<Selected> count() {
    return ALIAS.then(
        alias ->
            word("count()")
                .before(CAST)
                .skip(END)
                .map(
                    cast ->
                        new Selected.Column(
                            Field.of(Field.STAR),
                            Optional.of(Aggregate.COUNT),
                            cast,
                            Optional.empty(),
                            alias)));
  }

  private static Parser<Selected> plain() {
    Parser<Optional<Aggregate>> aggregate =
        character('.').before(aggregation()).skip(word("()")).attempt().optional();
    return ALIAS.then(
        alias ->
            FIELD.then(
                field ->
                    CAST.then(
                        cast ->
                            aggregate.then(
                                over ->
                                    CAST.skip(END)
                                        .map(
                                            overCast ->
                                                new Selected.Column(
                                                    field, over, overCast, cast, alias))))));
  }

  private static Parser<Aggregate> aggregation() {
    return word("sum")
        .as(Aggregate.SUM)
        .or(word("avg").as(Aggregate.AVG))
        .or(word("count").as(Aggregate.COUNT))
        .or(word("max").as(Aggregate.MAX).attempt())
        .or(word("min").as(Aggregate.MIN).attempt());
  }
}
