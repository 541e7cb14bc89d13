package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlScalar;
import java.util.Collection;

/** One way to say that a name refers to nothing. */
final class References {
  private References() {}

  /** Whether the name is among those known; reports it with the nearest one where it is not. */
  static boolean isKnown(YamlScalar name, String what, Collection<String> known, Faults faults) {
    if (known.contains(name.text())) {
      return true;
    }
    faults.addUnknown(
        name.place(),
        WorkspaceErrors.UNKNOWN_REFERENCE,
        "there is no " + what + " \"" + name.text() + "\"",
        name.text(),
        known);
    return false;
  }
}
