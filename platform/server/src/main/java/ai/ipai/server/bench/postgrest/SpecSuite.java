package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Declaration;
import ai.ipai.server.bench.haskell.Evaluator;
import ai.ipai.server.bench.haskell.Expression;
import ai.ipai.server.bench.haskell.HaskellModule;
import ai.ipai.server.bench.haskell.Scope;
import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every case of a folder of specs, in the order in which its main module runs them.
 *
 * @param cases those that could be read
 * @param unread those that could not, with the reason
 * @param defaults the settings that most specs run under
 */
record SpecSuite(List<SpecCase> cases, List<Unread> unread, Map<String, String> defaults) {
  /** A case that is in a file and was not reached. */
  record Unread(String area, String name, String reason) {}

  SpecSuite {
    cases = List.copyOf(cases);
    unread = List.copyOf(unread);
    defaults = Map.copyOf(defaults);
  }

  /**
   * Reads all of it.
   *
   * @param serverVersion of PostgreSQL, such as 180000
   */
  static SpecSuite read(SpecFolder folder, int serverVersion) throws IOException {
    return new Reader(folder, serverVersion).read();
  }

  /** One reading. */
  private static final class Reader {
    private final SpecFolder folder;
    private final Scope library = new Scope(null);
    private final Scope helper = new Scope(library);
    private final Evaluator evaluator;
    private final Map<String, Scope> modules = new HashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, List<String>> faults = new HashMap<>();
    private final List<SpecCase> cases = new ArrayList<>();

    Reader(SpecFolder folder, int serverVersion) throws IOException {
      this.folder = folder;
      Library natives = new Library(library);
      Prelude.define(natives);
      HttpLibrary.define(natives);
      evaluator = new Evaluator(SpecLibrary.define(library));
      HelperLibrary.define(natives, folder);
      library.define("actualPgVersion", Value.of(serverVersion));
      for (String word : List.of("withConfig", "withConfigDbs")) {
        natives.binary(word, Reader::configured);
      }
      HaskellModule helpers = HaskellModule.read(Files.readString(folder.helper()));
      evaluator.define(helpers.declarations().stream().filter(one -> !isOwn(one)).toList(), helper);
    }

    private static boolean isOwn(Declaration one) {
      return one instanceof Declaration.Clause clause && HelperLibrary.OWN.contains(clause.name());
    }

    private static Value configured(Value settings, Value specs) {
      return (Value.Action)
          context -> {
            if (context instanceof SpecTree tree) {
              tree.configured(Configuration.of(settings), specs);
              return Value.UNIT;
            }
            throw new Unreadable("a configuration within a case");
          };
    }

    SpecSuite read() throws IOException {
      for (Path file : folder.features()) {
        module(file);
      }
      HaskellModule main = HaskellModule.read(Files.readString(folder.main()));
      for (HaskellModule.Unread one : main.unread()) {
        sources.keySet().forEach(name -> fault(name, "Main: " + one.reason()));
      }
      for (SpecMain.Group group : SpecMain.groups(main)) {
        run(group);
      }
      return new SpecSuite(cases, unread(), Configuration.of(helper.get("baseCfg")));
    }

    private void module(Path file) throws IOException {
      String source = Files.readString(file);
      HaskellModule module = HaskellModule.read(source);
      String name =
          module.name().isEmpty()
              ? "Feature." + file.getFileName().toString().replace(".hs", "")
              : module.name();
      Scope scope = new Scope(helper);
      evaluator.define(module.declarations(), scope);
      modules.put(name, scope);
      sources.put(name, source);
      module.unread().forEach(one -> fault(name, one.definition() + ": " + one.reason()));
    }

    private void fault(String module, String reason) {
      faults.computeIfAbsent(module, name -> new ArrayList<>()).add(reason);
    }

    private void run(SpecMain.Group group) {
      SpecTree tree = new SpecTree(SpecFolder.area(group.module()));
      try {
        Scope scope = modules.get(group.module());
        if (scope == null) {
          throw new Unreadable("there is no module " + group.module());
        }
        Value spec = scope.get(group.definition());
        for (Expression argument : group.arguments()) {
          spec = Values.apply(spec, evaluator.evaluate(argument, library));
        }
        if (Value.of(spec) instanceof Value.Function) {
          spec = Values.apply(spec, library.get("withConfig"));
        }
        Values.run(spec, tree);
      } catch (Unreadable fault) {
        fault(group.module(), fault.reason());
      }
      cases.addAll(tree.cases());
    }

    /** What stands in the files and was not reached. */
    private List<Unread> unread() {
      List<Unread> all = new ArrayList<>();
      sources.forEach(
          (module, source) -> {
            String area = SpecFolder.area(module);
            Map<String, Integer> reached = new HashMap<>();
            cases.stream()
                .filter(one -> one.area().equals(area))
                .forEach(one -> reached.merge(one.name(), 1, Integer::sum));
            String reason = String.join("; ", faults.getOrDefault(module, List.of("not reached")));
            for (String name : HaskellModule.namesAfter("it", source)) {
              if (reached.merge(name, -1, Integer::sum) < 0) {
                all.add(new Unread(area, name, reason));
              }
            }
          });
      return all;
    }
  }
}
