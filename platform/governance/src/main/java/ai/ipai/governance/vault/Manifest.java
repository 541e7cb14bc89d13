package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which version of every secret is the current one, and a counter that grows with every change,
 * under a MAC. A row put back by hand disagrees with it; a manifest put back along with its rows
 * has a lower counter than the one last seen.
 *
 * @param versions by name; negative for a secret that was deleted at that version
 */
record Manifest(long counter, SortedMap<String, Integer> versions) {
  static final Manifest EMPTY = new Manifest(0, new TreeMap<>());

  Manifest {
    versions = new TreeMap<>(versions);
  }

  Manifest with(SecretRef ref, int version) {
    SortedMap<String, Integer> changed = new TreeMap<>(versions);
    changed.put(ref.name(), version);
    return new Manifest(counter + 1, changed);
  }

  Manifest without(SecretRef ref) {
    return with(ref, -Math.abs(versions.getOrDefault(ref.name(), 0)));
  }

  /** Empty for a secret that does not exist. */
  Optional<Integer> current(SecretRef ref) {
    return Optional.ofNullable(versions.get(ref.name())).filter(version -> version > 0);
  }

  /** Beyond every number that was ever used for the name. */
  int next(SecretRef ref) {
    return Math.abs(versions.getOrDefault(ref.name(), 0)) + 1;
  }

  String content() {
    StringBuilder content = new StringBuilder();
    for (Map.Entry<String, Integer> entry : versions.entrySet()) {
      content.append(entry.getKey()).append(' ').append(entry.getValue()).append('\n');
    }
    return content.toString();
  }

  byte[] mac(VaultKeys keys) {
    String message = "ipai secret manifest v1\n" + counter + "\n" + content();
    return keys.manifestMac(message.getBytes(StandardCharsets.UTF_8));
  }

  /** Errors: {@code VLT-011} if it is not what this installation wrote, {@code VLT-012}. */
  static Manifest read(
      VaultKeys keys, long counter, String content, String keyId, byte @Nullable [] mac) {
    if (!keyId.equals(keys.keyId())) {
      throw new IpaiException(
              VaultErrors.WRONG_MASTER_KEY,
              "The secrets were written under another master key than this process has.")
          .hint(
              "Give the process the master key of this installation: IPAI_MASTER_KEY, or master.key"
                  + " in its data folder. If that key is lost for good: ./ipai secret reset");
    }
    SortedMap<String, Integer> versions = new TreeMap<>();
    try {
      for (String line : content.lines().toList()) {
        int space = line.indexOf(' ');
        versions.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      throw tampered();
    }
    Manifest manifest = new Manifest(counter, versions);
    if (!MessageDigest.isEqual(mac, manifest.mac(keys))) {
      throw tampered();
    }
    return manifest;
  }

  private static IpaiException tampered() {
    return rolledBack("The list of current secrets is not what this installation wrote.");
  }

  static IpaiException rolledBack(String message) {
    return new IpaiException(VaultErrors.ROLLED_BACK, message)
        .hint(
            "Somebody changed the tables of the vault, or an older database was restored. After a"
                + " restore on purpose, accept it (./ipai restore does); otherwise give every value up"
                + " and put it again (./ipai secret reset).");
  }
}
