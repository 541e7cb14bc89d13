package ai.ipai.governance.config;

import ai.ipai.governance.config.SettingValue.Origin;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.NearestName;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Lays the sources of settings over each other: options, environment, the chosen target in {@code
 * ipai.yaml}, the file's own settings, defaults.
 */
final class SettingSources {
  private static final String PREFIX = "IPAI_";
  static final String TARGETS = "targets";

  /** No settings of an installation: the launcher reads them, or one benchmark. */
  private static final List<String> OF_OTHERS =
      List.of(
          "IPAI_JAVA_HOME",
          "IPAI_MAX_HEAP",
          "IPAI_NO_BUILD",
          "IPAI_DEBUG",
          "IPAI_BENCH_ROWS",
          "IPAI_BENCH_ONLY");

  private final Faults faults;
  private final Map<Setting, SettingValue> found = new EnumMap<>(Setting.class);

  SettingSources(Faults faults) {
    this.faults = faults;
  }

  /** The value with the highest precedence, which may be the default or blank. */
  SettingValue value(Setting setting) {
    SettingValue value = found.get(setting);
    return value == null ? SettingValue.fallback(setting) : value;
  }

  void addOptions(Map<Setting, String> options) {
    options.forEach(
        (setting, text) -> put(setting, text, Origin.OPTION, FilePlace.whole(setting.option())));
  }

  void addEnvironment(Map<String, String> environment) {
    environment.forEach(
        (name, text) -> {
          if (name.startsWith(PREFIX) && !OF_OTHERS.contains(name)) {
            Setting.ofVariable(name)
                .ifPresentOrElse(
                    setting -> put(setting, text, Origin.ENVIRONMENT, FilePlace.whole(name)),
                    () -> unknownVariable(name));
          }
        });
  }

  private void unknownVariable(String name) {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::variable).toList();
    String nearest = NearestName.of(name, known).orElse("");
    faults.add(
        new Fault(
            FilePlace.whole(name),
            ConfigErrors.UNKNOWN,
            "no setting has this name",
            nearest,
            "unset it, or see docs/reference/configuration.md"));
  }

  /** The settings of {@code ipai.yaml}, the chosen target's before the file's own. */
  void addFile(YamlMapping file) {
    String target = targetOf(file);
    targets(file)
        .forEach(
            entry -> {
              boolean isChosen = entry.key().equals(target);
              if (entry.value() instanceof YamlMapping settings) {
                checkKeys(settings, "");
                if (isChosen) {
                  addTree(settings);
                }
              }
            });
    checkTarget(file, target);
    addTree(file);
  }

  private String targetOf(YamlMapping file) {
    SettingValue given = value(Setting.TARGET);
    if (given.origin() != Origin.DEFAULT) {
      return given.text();
    }
    return file.find("target")
        .filter(YamlScalar.class::isInstance)
        .map(node -> ((YamlScalar) node).text())
        .orElse(Setting.TARGET.fallback());
  }

  private static List<YamlMapping.Entry> targets(YamlMapping file) {
    Optional<YamlNode> targets = file.find(TARGETS);
    return targets.isPresent() && targets.get() instanceof YamlMapping mapping
        ? new ArrayList<>(mapping.entries().values())
        : List.of();
  }

  private void checkTarget(YamlMapping file, String target) {
    List<String> known = targets(file).stream().map(YamlMapping.Entry::key).toList();
    boolean isChosen =
        value(Setting.TARGET).origin() != Origin.DEFAULT || file.find("target").isPresent();
    if (isChosen && !known.contains(target)) {
      FilePlace place =
          file.find("target").map(YamlNode::place).orElse(value(Setting.TARGET).place());
      faults.addUnknown(
          place, ConfigErrors.TARGET, "no target \"" + target + "\" is declared", target, known);
    }
  }

  private void addTree(YamlMapping tree) {
    for (Setting setting : Setting.values()) {
      setting.key().flatMap(key -> find(tree, key)).ifPresent(node -> addNode(setting, node));
    }
  }

  private static Optional<YamlNode> find(YamlMapping tree, String path) {
    YamlNode node = tree;
    for (String part : path.split("\\.", -1)) {
      if (!(node instanceof YamlMapping mapping) || mapping.find(part).isEmpty()) {
        return Optional.empty();
      }
      node = mapping.find(part).get();
    }
    return Optional.of(node);
  }

  private void addNode(Setting setting, YamlNode node) {
    if (node instanceof YamlScalar scalar) {
      if (!scalar.isNull()) {
        put(setting, scalar.text(), Origin.FILE, scalar.place());
      }
    } else {
      faults.add(
          node.place(),
          YamlErrors.WRONG_TYPE,
          "\"" + setting.key().orElse("") + "\" must be a single value, found " + node.kind(),
          "write the value behind the colon");
    }
  }

  /** Reports keys below a target that are no settings. */
  private void checkKeys(YamlMapping tree, String prefix) {
    TreeSet<String> known = new TreeSet<>();
    for (Setting setting : Setting.values()) {
      setting
          .key()
          .filter(key -> key.startsWith(prefix))
          .ifPresent(key -> known.add(key.substring(prefix.length()).split("\\.", -1)[0]));
    }
    known.remove("target");
    for (YamlMapping.Entry entry : tree.entries().values()) {
      if (!known.contains(entry.key())) {
        faults.addUnknown(
            entry.place(),
            YamlErrors.UNKNOWN_KEY,
            "unknown key \"" + entry.key() + "\"",
            entry.key(),
            known);
      } else if (entry.value() instanceof YamlMapping nested) {
        checkKeys(nested, prefix + entry.key() + ".");
      }
    }
  }

  private void put(Setting setting, String text, Origin origin, FilePlace place) {
    found.putIfAbsent(setting, new SettingValue(setting, text, origin, place));
  }
}
