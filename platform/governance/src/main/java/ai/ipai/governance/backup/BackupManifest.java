package ai.ipai.governance.backup;

import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a backup holds, and proof that it holds it: every file with its size and SHA-256, under a
 * MAC whose key derives from the master key.
 *
 * @param format {@value #FORMAT}
 * @param endedAt everything committed before the backup began is in it, and nothing after this
 * @param systemIdentifier of the cluster
 * @param keyId tells master keys apart
 */
record BackupManifest(
    int format,
    String product,
    Instant startedAt,
    Instant endedAt,
    String postgresVersion,
    String systemIdentifier,
    String startLsn,
    String stopLsn,
    String keyId,
    List<Entry> files) {
  static final int FORMAT = 1;
  static final String PRODUCT = "IPAI Lakehouse";
  static final String NAME = "manifest.json";
  static final String MAC_NAME = "manifest.mac";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  record Entry(String path, long bytes, String sha256) {}

  /** Of every file, before it was compressed. */
  long contentBytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  byte[] json() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /** Errors: {@code BAK-011}, {@code BAK-013}. */
  static BackupManifest parse(byte[] json) {
    try {
      BackupManifest manifest = JSON.readValue(json, BackupManifest.class);
      if (manifest.format != FORMAT || !PRODUCT.equals(manifest.product)) {
        throw new IpaiException(
                BackupErrors.UNKNOWN_FORMAT, "This backup was written in a format not known here.")
            .fact("format", manifest.format)
            .hint("Restore it with the release that made it.");
      }
      return manifest;
    } catch (JacksonException malformed) {
      throw damaged("its manifest cannot be read");
    }
  }

  static String keyId(MasterKey key) {
    return HexFormat.of().formatHex(key.derive("backup: key id", 8));
  }

  static String mac(MasterKey key, byte[] json) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.derive("backup: manifest: hmac-sha256", 32), "HmacSHA256"));
      mac.update("ipai backup manifest v1\n".getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(mac.doFinal(json));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static IpaiException damaged(String reason) {
    return new IpaiException(
            BackupErrors.DAMAGED, "The backup is damaged or was changed: " + reason + ".")
        .hint("Nothing was restored. Take another copy of it, or an earlier backup.");
  }
}
