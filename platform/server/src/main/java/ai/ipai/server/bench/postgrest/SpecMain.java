package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Declaration;
import ai.ipai.server.bench.haskell.Expression;
import ai.ipai.server.bench.haskell.HaskellModule;
import java.util.ArrayList;
import java.util.List;

/** The main module of specs, as far as it says which specs run, and with which arguments. */
final class SpecMain {
  private final List<Group> groups = new ArrayList<>();

  /**
   * Specs that the main module names.
   *
   * @param definition the name within the module, such as {@code spec}
   */
  record Group(String module, String definition, List<Expression> arguments) {}

  private SpecMain() {}

  /** In the order of the module. */
  static List<Group> groups(HaskellModule main) {
    SpecMain found = new SpecMain();
    main.declarations().forEach(found::declaration);
    return List.copyOf(found.groups);
  }

  private void declaration(Declaration declaration) {
    Expression.Guarded body =
        switch (declaration) {
          case Declaration.Clause clause -> clause.body();
          case Declaration.Binding binding -> binding.body();
        };
    body.branches().forEach(branch -> walk(branch.body()));
  }

  private void walk(Expression expression) {
    switch (expression) {
      case Expression.Name name -> named(name.name(), List.of());
      case Expression.Apply apply -> apply(apply);
      case Expression.Lambda lambda -> walk(lambda.body());
      case Expression.Let let -> {
        let.declarations().forEach(this::declaration);
        walk(let.body());
      }
      case Expression.If choice -> {
        walk(choice.then());
        walk(choice.otherwise());
      }
      case Expression.Case choice ->
          choice
              .alternatives()
              .forEach(one -> one.body().branches().forEach(branch -> walk(branch.body())));
      case Expression.Do steps -> steps.statements().forEach(this::statement);
      case Expression.Tuple tuple -> tuple.items().forEach(this::walk);
      case Expression.Sequence sequence -> sequence.items().forEach(this::walk);
      case Expression.RightSection section -> walk(section.right());
      case Expression.Update update -> update.fields().values().forEach(this::walk);
      case Expression.Range range -> walk(range.from());
      case Expression.Text text -> {
        // Holds no specs.
      }
      case Expression.Numeral number -> {
        // Nor does this.
      }
      case Expression.Quasi quasi -> {
        // Nor this.
      }
    }
  }

  private void statement(Expression.Statement statement) {
    switch (statement) {
      case Expression.Statement.Bind bind -> walk(bind.action());
      case Expression.Statement.Define define -> define.declarations().forEach(this::declaration);
      case Expression.Statement.Run run -> walk(run.action());
    }
  }

  private void apply(Expression.Apply apply) {
    List<Expression> arguments = new ArrayList<>();
    Expression head = apply;
    while (head instanceof Expression.Apply one) {
      arguments.addFirst(one.argument());
      head = one.function();
    }
    if (head instanceof Expression.Name name && isSpec(name.name())) {
      named(name.name(), arguments);
    } else {
      walk(head);
      arguments.forEach(this::walk);
    }
  }

  private static boolean isSpec(String name) {
    return name.startsWith("Feature.");
  }

  private void named(String name, List<Expression> arguments) {
    if (isSpec(name)) {
      int dot = name.lastIndexOf('.');
      groups.add(new Group(name.substring(0, dot), name.substring(dot + 1), arguments));
    }
  }
}
