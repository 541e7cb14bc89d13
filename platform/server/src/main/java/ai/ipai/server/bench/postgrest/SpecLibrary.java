package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Evaluator;
import ai.ipai.server.bench.haskell.JsonText;
import ai.ipai.server.bench.haskell.Scope;
import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What specs use of {@code hspec}, {@code hspec-wai} and the JSON lenses. */
final class SpecLibrary implements Evaluator.Overloads {
  private final Library library;

  private SpecLibrary(Library library) {
    this.library = library;
  }

  /** Fills a scope; the result reads quasi-quotes. */
  static SpecLibrary define(Scope scope) {
    SpecLibrary specs = new SpecLibrary(new Library(scope));
    specs.tree();
    specs.requests();
    specs.assertions();
    specs.json();
    return specs;
  }

  @Override
  public Value quasi(String quoter, String content, Scope scope) {
    return switch (quoter) {
      case "str" -> new Value.Bytes(heredoc(content));
      case "json", "aesonQQ" ->
          new Value.Json(JsonText.quoted(content, name -> node(scope.get(name))));
      default -> throw new Unreadable("the quasi-quoter " + quoter);
    };
  }

  /** What is left of a bar goes, on every line but the first. */
  static String heredoc(String content) {
    String[] lines = content.replace("\r\n", "\n").split("\n", -1);
    StringBuilder text = new StringBuilder(lines[0]);
    for (int i = 1; i < lines.length; i++) {
      int bar = lines[i].indexOf('|');
      text.append('\n').append(bar < 0 ? "" : lines[i].substring(bar + 1));
    }
    return text.toString();
  }

  private static JsonNode node(Value value) {
    Value known = Value.of(value);
    return switch (known) {
      case Value.Json json -> json.node();
      case Value.Numeral numeral -> JsonNodeFactory.instance.numberNode(numeral.number());
      default -> JsonNodeFactory.instance.stringNode(Values.text(known));
    };
  }

  @Override
  public Value.Fields asRecord(Value value) {
    return Expectation.of(value);
  }

  private void tree() {
    for (String word : List.of("describe", "context")) {
      library.binary(
          word,
          (name, body) ->
              (Value.Action)
                  context -> {
                    if (!(context instanceof SpecTree tree)) {
                      throw new Unreadable(word + " within a case");
                    }
                    tree.within(Values.text(name), body);
                    return Value.UNIT;
                  });
    }
    for (String word : List.of("it", "specify")) {
      library.binary(
          word,
          (name, body) ->
              (Value.Action)
                  context -> {
                    if (!(context instanceof SpecTree tree)) {
                      throw new Unreadable(word + " within a case");
                    }
                    tree.add(Values.text(name), body);
                    return Value.UNIT;
                  });
    }
    library.unary("parallel", Value::of);
    library.unary(
        "pendingWith",
        reason ->
            (Value.Action)
                context -> {
                  throw new PendingCase(Values.text(reason));
                });
  }

  private void requests() {
    library.quaternary("request", SpecLibrary::request);
    library.unary("get", path -> request(Value.of("GET"), path, Value.EMPTY, Value.EMPTY));
    library.unary("delete", path -> request(Value.of("DELETE"), path, Value.EMPTY, Value.EMPTY));
    library.unary("options", path -> request(Value.of("OPTIONS"), path, Value.EMPTY, Value.EMPTY));
    library.binary("post", (path, body) -> request(Value.of("POST"), path, Value.EMPTY, body));
    library.binary("put", (path, body) -> request(Value.of("PUT"), path, Value.EMPTY, body));
    library.binary("patch", (path, body) -> request(Value.of("PATCH"), path, Value.EMPTY, body));
    for (String part : List.of("simpleStatus", "simpleHeaders", "simpleBody")) {
      library.unary(
          part,
          response -> {
            if (Value.of(response) instanceof Value.Fields made) {
              return Values.field(made, part);
            }
            throw new Unreadable(part + " of something else");
          });
    }
    library.binary("mapConcurrently", SpecLibrary::concurrently);
  }

  private static Value request(Value method, Value path, Value headers, Value body) {
    return Library.session(session -> made(exchange(session, method, path, headers, body)));
  }

  static Response exchange(Session session, Value method, Value path, Value headers, Value body) {
    List<Header> sent = new ArrayList<>();
    for (Value header : Values.items(headers)) {
      List<Value> pair = Values.pair(header);
      sent.add(new Header(Values.text(pair.getFirst()), Values.text(pair.getLast())));
    }
    return session.exchange(
        new Request(Values.text(method), Values.text(path), sent, Values.bytes(body)));
  }

  static Value made(Response response) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("simpleStatus", HttpLibrary.status(response.status()));
    fields.put("simpleHeaders", headers(response));
    fields.put("simpleBody", new Value.Bytes(response.body()));
    return new Value.Fields("SResponse", fields);
  }

  static Value headers(Response response) {
    return new Value.Sequence(
        response.headers().stream()
            .<Value>map(
                header ->
                    new Value.Tuple(
                        List.of(
                            new Value.HeaderName(header.name()), new Value.Bytes(header.value()))))
            .toList());
  }

  private static Value concurrently(Value body, Value list) {
    return (Value.Action)
        context -> {
          if (!(context instanceof Session session)) {
            throw new Unreadable("requests outside of a case");
          }
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Value>> all = new ArrayList<>();
            for (Value one : Values.items(list)) {
              Value action = Values.apply(body, one);
              all.add(threads.submit(() -> alone(action, session)));
            }
            for (Future<Value> one : all) {
              one.get();
            }
            return Value.UNIT;
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
          } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
              throw cause;
            }
            throw new IllegalStateException(failed);
          }
        };
  }

  private static Value alone(Value action, Session session) {
    try (Session own = session.another()) {
      return Values.run(action, own);
    }
  }

  private void assertions() {
    library.binary(
        "shouldRespondWith",
        (action, expected) ->
            Library.session(
                session -> {
                  if (Values.run(action, session) instanceof Value.Fields response) {
                    Expectation.check(expected, response(response));
                    return Value.UNIT;
                  }
                  throw new Unreadable("shouldRespondWith of something else");
                }));
    library.binary(
        "<:>",
        (name, value) -> {
          Header wanted = new Header(Values.text(name), Values.text(value));
          return new Value.Opaque(
              new Expectation.HeaderMatch(
                  wanted.toString(),
                  headers ->
                      headers.stream()
                          .anyMatch(
                              one -> one.is(wanted.name()) && one.value().equals(wanted.value()))));
        });
    library.unary("bodyEquals", body -> new Value.Bytes(Values.bytes(body)));
    claim("shouldBe", Values::areEqual);
    claim("shouldNotBe", (got, other) -> !Values.areEqual(got, other));
    claim("shouldSatisfy", (got, test) -> Values.isTrue(Values.apply(test, got)));
    claim(
        "shouldContain",
        (got, part) -> Values.items(part).stream().allMatch(one -> Prelude.contains(got, one)));
  }

  private static Response response(Value.Fields made) {
    List<Header> headers = new ArrayList<>();
    for (Value header : Values.items(Values.field(made, "simpleHeaders"))) {
      List<Value> pair = Values.pair(header);
      headers.add(new Header(Values.text(pair.getFirst()), Values.text(pair.getLast())));
    }
    Value.Fields status = (Value.Fields) Values.field(made, "simpleStatus");
    return new Response(
        (int) Values.number(Values.field(status, "statusCode")),
        headers,
        Values.bytes(Values.field(made, "simpleBody")));
  }

  private void claim(String word, java.util.function.BiPredicate<Value, Value> holds) {
    library.binary(
        word,
        (got, expected) ->
            (Value.Action)
                context -> {
                  if (!holds.test(got, expected)) {
                    throw new Mismatch(
                        Values.show(got) + " " + word, word + " " + Values.show(expected));
                  }
                  return Value.UNIT;
                });
  }

  private void json() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    library.unary("String", text -> new Value.Json(nodes.stringNode(Values.text(text))));
    library.unary("Number", number -> new Value.Json(node(number)));
    library.unary("Bool", truth -> new Value.Json(nodes.booleanNode(Values.isTrue(truth))));
    library.value("Null", new Value.Json(nodes.nullNode()));
    library.unary("key", name -> new Value.Opaque(new JsonPath(List.of(Values.text(name)))));
    library.unary(
        "nth", index -> new Value.Opaque(new JsonPath(List.of((int) Values.number(index)))));
    library.binary(
        "^?",
        (body, path) -> {
          if (Value.of(path) instanceof Value.Opaque(Object content)
              && content instanceof JsonPath way) {
            JsonNode start =
                Value.of(body) instanceof Value.Json json
                    ? json.node()
                    : JsonText.parse(Values.bytes(body));
            JsonNode found = way.find(start);
            return found == null ? Value.NOTHING : Value.just(new Value.Json(found));
          }
          throw new Unreadable("a lens that is no path into JSON");
        });
  }
}
