package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.util.List;

/**
 * Keeps secrets. Values go in and come out only inside this process, to whom they are granted; no
 * method serves a value to a person. Every call is audited, denials included. Safe for threads.
 *
 * <p>A platform admin may do everything; a data engineer may put and rotate; an operator may
 * rotate. Errors of every method: {@code VLT-003} for an actor without the role, {@code VLT-013}.
 */
public interface Vault {
  /**
   * Stores a new secret as version 1 (or the next one, if the name was used before).
   *
   * @throws IpaiException {@code VLT-004} if it exists
   */
  SecretMetadata put(SecretActor actor, SecretRef ref, SecretValue value, String description);

  /**
   * Replaces the value; earlier versions stay, encrypted, until the secret is deleted.
   *
   * @throws IpaiException {@code VLT-005} if it does not exist
   */
  SecretMetadata rotate(SecretActor actor, SecretRef ref, SecretValue value);

  /** Destroys every version. Errors: {@code VLT-005}. */
  void delete(SecretActor actor, SecretRef ref);

  /** Lets a user use it; no effect if it may already. Errors: {@code VLT-005}. */
  void grant(SecretActor actor, SecretRef ref, SecretUser user);

  /** Errors: {@code VLT-005}. */
  void revoke(SecretActor actor, SecretRef ref, SecretUser user);

  /** Without values, in the order of names. For platform code that shows it as the caller may. */
  List<SecretMetadata> list();

  /**
   * The current value, for the connector that is about to send it. From here on it is scrubbed from
   * logs, errors and the audit.
   *
   * @throws IpaiException {@code VLT-002} unless it exists and is granted; {@code VLT-010} to
   *     {@code VLT-012} if the stored value cannot be trusted
   */
  SecretValue resolve(SecretUser user, SecretRef ref);
}
