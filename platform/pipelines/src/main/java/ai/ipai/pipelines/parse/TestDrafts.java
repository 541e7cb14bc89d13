package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.jinja.Json;
import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.pipelines.project.MacroRegistry;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeConfig;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.PlainYaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Generic tests as {@code schema.yml} declares them on models, columns and sources. */
final class TestDrafts {
  private static final Set<String> CONFIGS =
      Set.of(
          "severity",
          "where",
          "limit",
          "warn_if",
          "error_if",
          "fail_calc",
          "store_failures",
          "enabled",
          "tags",
          "meta",
          "alias",
          "database",
          "schema",
          "group");

  private final MacroRegistry macros;
  private final Faults faults;

  TestDrafts(MacroRegistry macros, Faults faults) {
    this.macros = macros;
    this.faults = faults;
  }

  /**
   * The tests of one description.
   *
   * @param attachedTo the unique id of what is described
   */
  List<Draft> of(YamlMapping yaml, String packageName, String attachedTo, String name) {
    List<Draft> drafts = new ArrayList<>();
    for (YamlNode test : declared(yaml)) {
      add(drafts, test, packageName, attachedTo, name, null);
    }
    for (YamlNode item : PlainYaml.items(yaml, "columns")) {
      if (item instanceof YamlMapping column) {
        String columnName = PlainYaml.text(column, "name", "");
        boolean quote = Values.truth(PlainYaml.value(column.find("quote").orElse(null)));
        for (YamlNode test : declared(column)) {
          add(
              drafts,
              test,
              packageName,
              attachedTo,
              name,
              quote ? '"' + columnName + '"' : columnName);
        }
      }
    }
    return drafts;
  }

  private static List<YamlNode> declared(YamlMapping yaml) {
    List<YamlNode> tests = new ArrayList<>(PlainYaml.items(yaml, "data_tests"));
    tests.addAll(PlainYaml.items(yaml, "tests"));
    return tests;
  }

  private void add(
      List<Draft> drafts,
      YamlNode yaml,
      String packageName,
      String attachedTo,
      String name,
      @Nullable String column) {
    String macro;
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    if (yaml instanceof YamlScalar scalar && scalar.value() instanceof String text) {
      macro = text;
    } else if (yaml instanceof YamlMapping mapping && mapping.find("test_name").isPresent()) {
      given.putAll(PlainYaml.mapping(mapping));
      macro = Values.text(given.remove("test_name"));
    } else if (yaml instanceof YamlMapping mapping && !mapping.entries().isEmpty()) {
      YamlMapping.Entry first = mapping.entries().values().iterator().next();
      macro = first.key();
      given.putAll(PlainYaml.mapping(first.value()));
      mapping.entries().values().stream()
          .skip(1)
          .forEach(entry -> given.put(entry.key(), PlainYaml.value(entry.value())));
    } else {
      faults.add(
          yaml.place(),
          PipelineErrors.UNKNOWN_TEST,
          "a test is a name, or a name with its arguments",
          "write - unique, or - accepted_values: {values: […]}");
      return;
    }
    String testPackage = null;
    String bare = macro;
    if (macro.indexOf('.') > 0) {
      testPackage = macro.substring(0, macro.indexOf('.'));
      bare = macro.substring(macro.indexOf('.') + 1);
    }
    boolean known =
        testPackage == null
            ? macros.resolve(packageName, "test_" + bare).isPresent()
            : macros.find(testPackage, "test_" + bare).isPresent();
    if (!known) {
      Set<String> names = new TreeSet<>();
      macros.names().stream()
          .filter(n -> n.startsWith("test_"))
          .forEach(n -> names.add(n.substring(5)));
      faults.addUnknown(
          yaml.place(),
          PipelineErrors.UNKNOWN_TEST,
          "there is no test '" + macro + "'",
          bare,
          names);
      return;
    }
    drafts.add(draft(yaml, packageName, attachedTo, name, column, testPackage, bare, given));
  }

  private static Draft draft(
      YamlNode yaml,
      String packageName,
      String attachedTo,
      String name,
      @Nullable String column,
      @Nullable String testPackage,
      String macro,
      Map<String, @Nullable Object> given) {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>(given);
    if (arguments.remove("arguments") instanceof Map<?, ?> nested) {
      nested.forEach((key, value) -> arguments.put(Values.text(key), value));
    }
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    if (arguments.remove("config") instanceof Map<?, ?> nested) {
      nested.forEach((key, value) -> config.put(Values.text(key), value));
    }
    for (String key : CONFIGS) {
      if (arguments.containsKey(key) && !(key.equals("schema") || key.equals("database"))) {
        config.put(key, arguments.remove(key));
      }
    }
    Object ownName = arguments.remove("name");
    arguments.remove("description");
    String testName =
        ownName != null ? Values.text(ownName) : name(testPackage, macro, name, column, arguments);
    String hash =
        Hashes.md5(
                attachedTo
                    + "|"
                    + column
                    + "|"
                    + testPackage
                    + "|"
                    + macro
                    + "|"
                    + Json.write(arguments)
                    + "|"
                    + Json.write(config))
            .substring(0, 10);
    Node.NodeId id = new Node.NodeId(NodeType.TEST, packageName, testName + "." + hash);
    Place place = new Place(yaml.place().file(), yaml.place().line());
    Node.Code code = new Node.Code(place, List.of(testName), "", null);
    Draft draft =
        new Draft(
            id, code, null, new Node.TestSpec(macro, testPackage, arguments, attachedTo, column));
    draft.config = NodeConfig.of(config);
    return draft;
  }

  /** As people recognise it: {@code accepted_values_partner_kind__company__person}. */
  private static String name(
      @Nullable String testPackage,
      String macro,
      String name,
      @Nullable String column,
      Map<String, @Nullable Object> arguments) {
    StringBuilder text =
        new StringBuilder(testPackage == null ? "" : testPackage + "_")
            .append(macro)
            .append('_')
            .append(name);
    if (column != null) {
      text.append('_').append(column);
    }
    arguments
        .values()
        .forEach(
            value ->
                text.append("__")
                    .append(
                        value instanceof List<?> list
                            ? String.join("__", list.stream().map(Values::text).toList())
                            : Values.text(value)));
    String clean = text.toString().replaceAll("[^0-9A-Za-z_]+", "_");
    return clean.length() <= 63 ? clean : clean.substring(0, 30) + "_" + Hashes.md5(clean);
  }
}
