package ai.ipai.gateway.rest.request;

import static ai.ipai.gateway.rest.grammar.Parsers.always;
import static ai.ipai.gateway.rest.grammar.Parsers.anything;
import static ai.ipai.gateway.rest.grammar.Parsers.character;
import static ai.ipai.gateway.rest.grammar.Parsers.digit;
import static ai.ipai.gateway.rest.grammar.Parsers.end;
import static ai.ipai.gateway.rest.grammar.Parsers.joined;
import static ai.ipai.gateway.rest.grammar.Parsers.letter;
import static ai.ipai.gateway.rest.grammar.Parsers.never;
import static ai.ipai.gateway.rest.grammar.Parsers.noneOf;
import static ai.ipai.gateway.rest.grammar.Parsers.notFollowedBy;
import static ai.ipai.gateway.rest.grammar.Parsers.oneOf;
import static ai.ipai.gateway.rest.grammar.Parsers.word;

import ai.ipai.gateway.rest.grammar.Parser;
import java.util.List;

/** The words that all parts of PostgREST's URL grammar share: names, quotes, paths into JSON. */
final class UrlGrammar {
  static final Parser<String> DELIMITER = character('.').named("delimiter (.)");

  /** Letters, digits, underscore, dollar, blanks inside. */
  static final Parser<String> IDENTIFIER =
      joined(letter().or(digit()).or(oneOf("_ $")).some()).map(String::strip);

  static final Parser<String> QUOTED =
      joined(
          character('"')
              .before(noneOf("\\\"").or(character('\\').before(anything())).many())
              .skip(character('"')));

  static final Parser<String> NAME =
      QUOTED.or(dashed(IDENTIFIER)).named("field name (* or [a..z0..9_$])");

  static final Parser<List<JsonStep>> JSON_PATH = jsonPath();

  static final Parser<Field> FIELD = padded(NAME.with(JSON_PATH, Field::new));

  static final Parser<Boolean> COLON =
      character(':').before(notFollowedBy(next -> next == ':', "\":\""));

  private UrlGrammar() {}

  /** Blanks around it do not count. */
  static <T> Parser<T> padded(Parser<T> parser) {
    return blanks().before(parser).skip(blanks());
  }

  private static Parser<List<String>> blanks() {
    return oneOf(" \t").many();
  }

  private static Parser<String> dashed(Parser<String> part) {
    Parser<Boolean> dash =
        character('-').before(notFollowedBy(next -> next == '>', "\">\"")).attempt();
    return part.separatedBy(dash).map(parts -> String.join("-", parts));
  }

  private static Parser<List<JsonStep>> jsonPath() {
    Parser<Boolean> arrow = word("->>").as(true).attempt().or(word("->").as(false).attempt());
    Parser<Boolean> after =
        ahead("->").or(ahead("::")).or(ahead(".")).or(ahead(",")).or(end().attempt());
    Parser<String> digits = joined(digit().some());
    Parser<String> index = character('-').orElse("+").with(digits, String::concat).skip(after);
    Parser<String> keyPart = joined(noneOf("(-:.,>)").some()).map(String::strip);
    Parser<String> key =
        QUOTED.or(dashed(keyPart)).named("any non reserved character different from: .,>()");
    Parser<JsonStep> step =
        arrow.then(
            asText ->
                index
                    .map(text -> new JsonStep(asText, text, true))
                    .attempt()
                    .or(key.map(text -> new JsonStep(asText, text, false)).attempt()));
    return step.many();
  }

  static Parser<Boolean> ahead(String text) {
    return word(text).as(true).ahead().attempt();
  }

  /** Succeeds only where the value may stand. */
  static Parser<String> unless(String forbidden, Parser<String> parser) {
    return parser.then(name -> name.equals(forbidden) ? never() : always(name));
  }
}
