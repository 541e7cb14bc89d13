package ai.ipai.gateway.rest.request;

import static ai.ipai.gateway.rest.grammar.Parsers.character;
import static ai.ipai.gateway.rest.grammar.Parsers.end;
import static ai.ipai.gateway.rest.grammar.Parsers.word;
import static ai.ipai.gateway.rest.request.UrlGrammar.DELIMITER;
import static ai.ipai.gateway.rest.request.UrlGrammar.FIELD;
import static ai.ipai.gateway.rest.request.UrlGrammar.NAME;
import static ai.ipai.gateway.rest.request.UrlGrammar.padded;

import ai.ipai.gateway.rest.grammar.Parser;
import ai.ipai.gateway.rest.request.OrderTerm.Direction;
import ai.ipai.gateway.rest.request.OrderTerm.Nulls;
import java.util.List;
import java.util.Optional;

/** The parameter {@code order}. */
final class OrderGrammar {
  static final Parser<List<OrderTerm>> TERMS = terms();

  private OrderGrammar() {}

  private static Parser<List<OrderTerm>> terms() {
    Parser<OrderTerm> own = FIELD.then(field -> suffix(Optional.empty(), field));
    Parser<OrderTerm> related =
        NAME.then(
            relation ->
                character('(')
                    .before(FIELD)
                    .skip(character(')'))
                    .then(field -> suffix(Optional.of(relation), field)));
    return padded(related.attempt().or(own)).separatedBy(character(','));
  }

  private static Parser<OrderTerm> suffix(Optional<String> relation, Field field) {
    Parser<Boolean> close = character(',').as(true).ahead().attempt().or(end().attempt());
    Parser<Optional<Nulls>> nulls = nulls().optional().skip(close).or(close.as(Optional.empty()));
    return direction()
        .optional()
        .then(direction -> nulls.map(where -> new OrderTerm(relation, field, direction, where)));
  }

  private static Parser<Direction> direction() {
    return DELIMITER
        .before(word("asc"))
        .as(Direction.ASC)
        .attempt()
        .or(DELIMITER.before(word("desc")).as(Direction.DESC).attempt());
  }

  private static Parser<Nulls> nulls() {
    return DELIMITER
        .before(word("nullsfirst"))
        .as(Nulls.FIRST)
        .attempt()
        .or(DELIMITER.before(word("nullslast")).as(Nulls.LAST).attempt());
  }
}
