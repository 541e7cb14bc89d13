package ai.ipai.gateway.rest.request;

import static ai.ipai.gateway.rest.grammar.Parsers.always;
import static ai.ipai.gateway.rest.grammar.Parsers.anything;
import static ai.ipai.gateway.rest.grammar.Parsers.character;
import static ai.ipai.gateway.rest.grammar.Parsers.joined;
import static ai.ipai.gateway.rest.grammar.Parsers.noneOf;
import static ai.ipai.gateway.rest.grammar.Parsers.notFollowedBy;
import static ai.ipai.gateway.rest.grammar.Parsers.word;
import static ai.ipai.gateway.rest.request.UrlGrammar.DELIMITER;
import static ai.ipai.gateway.rest.request.UrlGrammar.FIELD;
import static ai.ipai.gateway.rest.request.UrlGrammar.IDENTIFIER;
import static ai.ipai.gateway.rest.request.UrlGrammar.JSON_PATH;
import static ai.ipai.gateway.rest.request.UrlGrammar.NAME;
import static ai.ipai.gateway.rest.request.UrlGrammar.QUOTED;
import static ai.ipai.gateway.rest.request.UrlGrammar.padded;

import ai.ipai.gateway.rest.grammar.Parser;
import ai.ipai.gateway.rest.grammar.Parsers;
import ai.ipai.gateway.rest.request.Operation.Quantifier;
import ai.ipai.gateway.rest.request.Operation.Search;
import ai.ipai.gateway.rest.request.Operation.Truth;
import java.util.List;
import java.util.Optional;

/** Filters, {@code and}, {@code or}, and the paths that say to which table they belong. */
final class FilterGrammar {
  /** An operation with its negation. */
  record Condition(boolean isNegated, Operation operation) {
    Filter on(Field field) {
      return new Filter(field, isNegated, operation);
    }
  }

  private static final Parser<String> REST = joined(anything().many());

  /** The value of a parameter: {@code not.eq.5}. */
  static final Parser<Condition> CONDITION = condition(REST);

  /** The name of a parameter: {@code children.name}, {@code data->>key}. */
  static final Parser<Targeted<Field>> PATH =
      NAME.separatedBy(DELIMITER)
          .with(
              JSON_PATH,
              (names, path) ->
                  new Targeted<>(
                      names.subList(0, names.size() - 1), new Field(names.getLast(), path)));

  static final Parser<List<String>> COLUMNS = NAME.separatedBy(padded(character(',')));

  /** The name of a parameter that ends in {@code and} or {@code or}; its beginning as a word. */
  static final Parser<Targeted<String>> LOGIC_PATH =
      NAME.separatedBy(DELIMITER).map(FilterGrammar::logicPath);

  /** Such a word and its parentheses. */
  static final Parser<Logic> LOGIC = logic();

  private FilterGrammar() {}

  private static Targeted<String> logicPath(List<String> names) {
    String operator = names.getLast();
    List<String> path =
        names.subList(0, names.size() - 1).stream().filter(name -> !name.equals("not")).toList();
    return new Targeted<>(path, names.contains("not") ? "not." + operator : operator);
  }

  private static Parser<Condition> condition(Parser<String> value) {
    Parser<Boolean> not = word("not").before(DELIMITER).as(true).attempt().or(always(false));
    Parser<Operation> operation =
        in().or(is())
            .or(distinct(value))
            .or(fullText(value).attempt())
            .or(simple(value).attempt())
            .or(quantified(value).attempt())
            .named("operator (eq, gt, ...)");
    return not.with(operation, Condition::new);
  }

  private static Parser<Operation> in() {
    Parser<String> element =
        QUOTED
            .skip(notFollowedBy(next -> ",)".indexOf(next) < 0, ""))
            .attempt()
            .or(joined(noneOf(",)").many()));
    return word("in")
        .before(DELIMITER)
        .attempt()
        .before(padded(character('(')))
        .before(element.separatedBy(character(',')))
        .skip(padded(character(')')))
        .map(Operation.In::new);
  }

  private static Parser<Operation> is() {
    Parser<Truth> truth = Parsers.never();
    boolean isFirst = true;
    for (Truth one : Truth.values()) {
      Parser<Truth> alone = anyCase(one.word()).as(one).attempt();
      truth = isFirst ? alone : truth.or(alone);
      isFirst = false;
    }
    return word("is")
        .before(DELIMITER)
        .attempt()
        .before(truth.named("isVal: (null, not_null, true, false, unknown)"))
        .map(Operation.Is::new);
  }

  private static Parser<String> anyCase(String text) {
    Parser<String> all = always(text);
    for (int i = 0; i < text.length(); i++) {
      char lower = text.charAt(i);
      char upper = Character.toUpperCase(lower);
      Parser<String> either = character(lower).or(character(upper));
      all = all.skip(either);
    }
    return all;
  }

  private static Parser<Operation> distinct(Parser<String> value) {
    return word("isdistinct")
        .before(DELIMITER)
        .attempt()
        .before(value)
        .map(Operation.DistinctFrom::new);
  }

  private static Parser<Operation> fullText(Parser<String> value) {
    Parser<Search> search = Parsers.never();
    for (Search one : Search.values()) {
      Parser<Search> alone = word(one.word()).as(one).attempt();
      search = one == Search.FTS ? alone : search.or(alone);
    }
    Parser<Optional<String>> language =
        character('(').before(IDENTIFIER).skip(character(')')).attempt().optional();
    return search.then(
        kind ->
            language
                .skip(DELIMITER)
                .then(spoken -> value.map(text -> new Operation.FullText(kind, spoken, text))));
  }

  private static Parser<Operation> simple(Parser<String> value) {
    return comparison(false)
        .skip(DELIMITER)
        .with(value, (sign, text) -> new Operation.Compare(sign, Optional.empty(), text));
  }

  private static Parser<Operation> quantified(Parser<String> value) {
    Parser<Quantifier> which =
        word("any").as(Quantifier.ANY).attempt().or(word("all").as(Quantifier.ALL));
    Parser<Optional<Quantifier>> quantifier =
        character('(').before(which).skip(character(')')).attempt().optional();
    return comparison(true)
        .then(
            sign ->
                quantifier
                    .skip(DELIMITER)
                    .then(many -> value.map(text -> new Operation.Compare(sign, many, text))));
  }

  private static Parser<Comparison> comparison(boolean takesQuantifier) {
    Parser<Comparison> any = Parsers.never();
    boolean isFirst = true;
    for (Comparison one : Comparison.values()) {
      if (one.takesQuantifier() == takesQuantifier) {
        Parser<Comparison> alone = word(one.word()).as(one).attempt();
        any = isFirst ? alone : any.or(alone);
        isFirst = false;
      }
    }
    return any.named("unknown single value operator");
  }

  private static Parser<Logic> logic() {
    Parser<String> array =
        word("{").with(joined(noneOf("{}").many()), String::concat).with(word("}"), String::concat);
    Parser<String> value =
        QUOTED
            .skip(notFollowedBy(next -> ",)".indexOf(next) < 0, ""))
            .attempt()
            .or(array.attempt())
            .or(joined(noneOf(",)").many()));
    Parser<Logic> single =
        FIELD
            .skip(DELIMITER)
            .with(condition(value), (field, condition) -> condition.on(field))
            .map(Logic.Single::new);
    Parser<Boolean> not =
        word("not")
            .before(DELIMITER)
            .as(true)
            .attempt()
            .or(always(false))
            .named("negation operator (not)");
    Parser<Boolean> any =
        word("and").as(false).attempt().or(word("or").as(true)).named("logic operator (and, or)");
    Parser<List<Logic>> members =
        padded(character('('))
            .before(Parser.lazy(() -> LOGIC).separatedBy(padded(character(','))))
            .skip(padded(character(')')));
    Parser<Logic> group =
        not.then(
            negated -> any.with(members, (isAny, all) -> new Logic.Group(negated, isAny, all)));
    return single.attempt().or(group);
  }
}
