package ai.ipai.governance.workspace;

import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.governance.yaml.YamlScalar;
import ai.ipai.governance.yaml.YamlSequence;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files name secrets and never hold them. Messages never repeat a value. */
final class SecretChecks {
  /** Keys whose values are secrets whatever the connector calls the rest. */
  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "(.*_)?(password|passwd|secret|client_secret|token|access_token|api_key|apikey|private_key"
              + "|access_key|secret_key|credential|credentials)");

  /** Values that give themselves away, whatever the key. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----.*|gh[pousr]_[A-Za-z0-9]{36,}"
              + "|github_pat_[A-Za-z0-9_]{22,}|sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}"
              + "|eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\..*|[a-z][a-z0-9+.-]*://[^/\\s:@]*:[^/\\s@]+@.*)");

  private final KnownNames known;
  private final Faults faults;

  SecretChecks(KnownNames known, Faults faults) {
    this.known = known;
    this.faults = faults;
  }

  void check(Workspace workspace) {
    workspace.declared().forEach(declared -> node("", declared.body()));
    node("", workspace.settings());
  }

  private void node(String key, YamlNode node) {
    switch (node) {
      case YamlMapping mapping ->
          mapping.entries().values().forEach(entry -> node(entry.key(), entry.value()));
      case YamlSequence sequence -> sequence.items().forEach(item -> node(key, item));
      case YamlScalar scalar -> scalar(key, scalar);
    }
  }

  private void scalar(String key, YamlScalar scalar) {
    if (SecretRef.isReference(scalar.text())) {
      reference(scalar);
    } else if (isSecret(key, scalar)) {
      faults.add(
          scalar.place(),
          WorkspaceErrors.SECRET_IN_FILE,
          "\"" + key + "\" holds a secret in a file under version control",
          "store it in the vault and name it: secret://…; consider the value known to others");
    }
  }

  private static boolean isSecret(String key, YamlScalar scalar) {
    boolean isNamedSo =
        SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT).replace('-', '_')).matches();
    boolean hasValue = scalar.value() instanceof String && !scalar.text().isBlank();
    return (isNamedSo && hasValue) || SECRET_VALUE.matcher(scalar.text()).matches();
  }

  private void reference(YamlScalar scalar) {
    Optional<SecretRef> reference = SecretRef.find(scalar.text());
    if (reference.isEmpty()) {
      faults.add(
          scalar.place(),
          YamlErrors.WRONG_VALUE,
          "this reference to a secret is not well-formed",
          "write secret:// and a name of lower-case letters, digits, _, -, . and /");
      return;
    }
    String name = reference.get().name();
    known
        .secrets()
        .filter(names -> !names.contains(name))
        .ifPresent(
            names ->
                faults.addUnknown(
                    scalar.place(),
                    WorkspaceErrors.MISSING_SECRET,
                    "the vault holds no secret \"" + name + "\"",
                    name,
                    names));
  }
}
