package ai.ipai.gateway.rest.grammar;

import ai.ipai.gateway.rest.grammar.Reply.Refusal;
import ai.ipai.gateway.rest.grammar.Reply.Success;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a value from the front of a text. Alternatives look no further than the first character
 * unless they say {@link #attempt}. Immutable.
 */
public final class Parser<T> {
  private final Function<Input, Reply<T>> step;

  Parser(Function<Input, Reply<T>> step) {
    this.step = step;
  }

  /** For grammars that hold themselves. */
  public static <T> Parser<T> lazy(Supplier<Parser<T>> parser) {
    return new Parser<>(input -> parser.get().step.apply(input));
  }

  /**
   * Reads a value; what follows it is left unread.
   *
   * @param name of what is read, for the message
   */
  public T read(String name, String text) {
    return switch (apply(Input.of(text))) {
      case Success<T> success -> success.value();
      case Refusal<T> refusal -> {
        Complaint complaint = refusal.complaint();
        throw new SyntaxFault(
            "\"" + name + "\" (line " + complaint.line() + ", column " + complaint.column() + ")",
            complaint.text());
      }
    };
  }

  Reply<T> apply(Input input) {
    return step.apply(input);
  }

  public <R> Parser<R> then(Function<? super T, Parser<R>> next) {
    return new Parser<>(
        input ->
            switch (apply(input)) {
              case Refusal<T> refusal -> refusal.as();
              case Success<T> first ->
                  next.apply(first.value())
                      .apply(first.rest())
                      .following(first.consumed(), first.complaint());
            });
  }

  public <R> Parser<R> map(Function<? super T, ? extends R> change) {
    return new Parser<>(
        input ->
            switch (apply(input)) {
              case Refusal<T> refusal -> refusal.as();
              case Success<T> it ->
                  new Success<>(it.consumed(), change.apply(it.value()), it.rest(), it.complaint());
            });
  }

  public <R> Parser<R> as(R value) {
    return map(ignored -> value);
  }

  public <U, R> Parser<R> with(Parser<U> other, BiFunction<? super T, ? super U, R> join) {
    return then(one -> other.map(two -> join.apply(one, two)));
  }

  /** This, then that, which counts. */
  public <R> Parser<R> before(Parser<R> next) {
    return then(ignored -> next);
  }

  /** This, which counts, then that. */
  public Parser<T> skip(Parser<?> next) {
    return then(value -> next.map(ignored -> value));
  }

  public Parser<T> or(Parser<T> other) {
    return new Parser<>(
        input -> {
          Reply<T> first = apply(input);
          if (first.consumed() || first instanceof Success<T>) {
            return first;
          }
          Reply<T> second = other.apply(input);
          return second.consumed() ? second : merged(first.complaint(), second);
        });
  }

  private static <T> Reply<T> merged(Complaint first, Reply<T> second) {
    Complaint both = first.merge(second.complaint());
    return switch (second) {
      case Success<T> success -> new Success<>(false, success.value(), success.rest(), both);
      case Refusal<T> refusal -> new Refusal<>(false, both);
    };
  }

  /** A refusal takes nothing. */
  public Parser<T> attempt() {
    return new Parser<>(
        input ->
            switch (apply(input)) {
              case Refusal<T> refusal -> new Refusal<>(false, refusal.complaint());
              case Success<T> success -> success;
            });
  }

  /** A success takes nothing. */
  public Parser<T> ahead() {
    return new Parser<>(
        input ->
            switch (apply(input)) {
              case Refusal<T> refusal -> refusal;
              case Success<T> success ->
                  new Success<>(false, success.value(), input, Complaint.none(input));
            });
  }

  /** What it is called where it is missing at its first character. */
  public Parser<T> named(String name) {
    return new Parser<>(
        input -> {
          Reply<T> reply = apply(input);
          if (reply.consumed()) {
            return reply;
          }
          return switch (reply) {
            case Refusal<T> refusal -> new Refusal<>(false, refusal.complaint().expecting(name));
            case Success<T> it ->
                it.complaint().isEmpty()
                    ? it
                    : new Success<>(false, it.value(), it.rest(), it.complaint().expecting(name));
          };
        });
  }

  public Parser<Optional<T>> optional() {
    return this.<Optional<T>>map(Optional::of).or(Parsers.always(Optional.empty()));
  }

  public Parser<T> orElse(T otherwise) {
    return or(Parsers.always(otherwise));
  }

  public Parser<List<T>> many() {
    return new Parser<>(
        input -> {
          List<T> all = new ArrayList<>();
          Input at = input;
          while (true) {
            Reply<T> next = apply(at);
            if (next instanceof Success<T> success) {
              all.add(success.value());
              at = success.rest();
            } else if (next.consumed()) {
              return new Refusal<>(true, next.complaint());
            } else {
              return new Success<>(!all.isEmpty(), List.copyOf(all), at, next.complaint());
            }
          }
        });
  }

  public Parser<List<T>> some() {
    return with(Parser.lazy(this::many), Parser::prepended);
  }

  public Parser<List<T>> separatedBy(Parser<?> separator) {
    return with(separator.before(this).many(), Parser::prepended);
  }

  private static <T> List<T> prepended(T first, List<T> others) {
    List<T> all = new ArrayList<>(others.size() + 1);
    all.add(first);
    all.addAll(others);
    return List.copyOf(all);
  }
}
