package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is installed, beside what the workspace's {@code oca.yaml} says should be: modules of the
 * Odoo Community Association are recognised by their author.
 */
record OcaModules(Map<String, Module> wanted) {
  private static final String OCA = "Odoo Community Association (OCA)";

  OcaModules {
    wanted = Map.copyOf(wanted);
  }

  /**
   * An entry of the file.
   *
   * @param licence as Odoo's manifests write it, such as {@code AGPL-3}
   * @param state whether it should be there
   */
  record Module(String repository, String licence, String purpose, State state) {
    /** Whether it should be there. */
    enum State {
      REQUIRED,
      OPTIONAL,
      REFUSED
    }
  }

  /**
   * The content of the file: a list under {@code modules}.
   *
   * @throws IpaiException {@code CON-002} naming the entry that is wrong
   */
  static OcaModules of(Map<String, @Nullable Object> file) {
    Map<String, Module> modules = new TreeMap<>();
    if (!(file.get("modules") instanceof List<?> entries)) {
      throw wrong("it has no list of modules");
    }
    for (Object entry : entries) {
      if (!(entry instanceof Map<?, ?> map)) {
        throw wrong("an entry of modules is no mapping");
      }
      Map<String, String> values = new LinkedHashMap<>();
      map.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
      String name = values.remove("module");
      String repository = values.remove("repository");
      String licence = values.remove("licence");
      String purpose = values.remove("purpose");
      String state = values.remove("state");
      if (name == null || repository == null || licence == null || purpose == null) {
        throw wrong("an entry lacks module, repository, licence or purpose: " + name);
      }
      if (!values.isEmpty()) {
        throw wrong("module " + name + " has an unknown key, " + values.keySet().iterator().next());
      }
      Module known =
          modules.put(name, new Module(repository, licence, purpose, state(name, state)));
      if (known != null) {
        throw wrong("module " + name + " stands twice");
      }
    }
    return new OcaModules(modules);
  }

  private static Module.State state(String module, @Nullable String word) {
    try {
      return word == null
          ? Module.State.OPTIONAL
          : Module.State.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw wrong("state of module " + module + " is not required, optional or refused");
    }
  }

  private static IpaiException wrong(String why) {
    return new IpaiException(ConnectorErrors.SETTING, "oca.yaml: " + why)
        .fact("file", "oca.yaml")
        .hint("docs/reference/connectors.md, Odoo, has an example");
  }

  /** What differs; a user who may not see modules is told so once. */
  List<Finding> findings(OdooApi api) {
    JsonNode installed;
    try {
      installed =
          api.call(
              "ir.module.module",
              "search_read",
              List.of(
                  List.of(List.of("state", "=", "installed")),
                  List.of("name", "author", "license", "latest_version")),
              Map.of("order", "name"));
    } catch (IpaiException e) {
      return List.of(
          Finding.warning(
              "oca.yaml cannot be compared: this user may not see which modules are installed",
              "compare as an administrator, once"));
    }
    Map<String, JsonNode> byName = new TreeMap<>();
    installed.forEach(module -> byName.put(module.path("name").asString(""), module));
    List<Finding> findings = new ArrayList<>();
    new TreeMap<>(wanted)
        .forEach((name, module) -> compare(name, module, byName.get(name), findings));
    byName.forEach(
        (name, module) -> {
          if (module.path("author").asString("").contains(OCA) && !wanted.containsKey(name)) {
            findings.add(
                Finding.warning(
                    "the OCA module %s (%s) is installed and not listed in oca.yaml"
                        .formatted(name, module.path("license").asString("no licence")),
                    "list it with repository, licence and purpose, or uninstall it"));
          }
        });
    return findings;
  }

  private static void compare(
      String name, Module module, @Nullable JsonNode found, List<Finding> findings) {
    switch (module.state()) {
      case REQUIRED -> {
        if (found == null) {
          findings.add(
              Finding.warning(
                  "the OCA module %s is not installed: %s".formatted(name, module.purpose()),
                  "install it from " + module.repository()));
        }
      }
      case REFUSED -> {
        if (found != null) {
          findings.add(
              Finding.warning(
                  "the module %s is installed and refused: %s".formatted(name, module.purpose()),
                  "uninstall it"));
        }
      }
      case OPTIONAL -> {}
    }
    String licence = found == null ? "" : found.path("license").asString("");
    if (!licence.isEmpty() && !licence.equals(module.licence())) {
      findings.add(
          Finding.warning(
              "the module %s is licensed %s, and oca.yaml says %s"
                  .formatted(name, licence, module.licence()),
              "check what its licence asks of you, and correct the file"));
    }
  }
}
