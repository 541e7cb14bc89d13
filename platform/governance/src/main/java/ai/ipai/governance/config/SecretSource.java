package ai.ipai.governance.config;

import ai.ipai.governance.vault.SecretRef;

/** Where a secret setting comes from: the environment itself, or the vault by name. */
public sealed interface SecretSource {
  /** Given in the environment. */
  record Given(SensitiveText value) implements SecretSource {}

  /** Named in a file; its value is read from the vault when it is needed. */
  record Named(SecretRef reference) implements SecretSource {}
}
