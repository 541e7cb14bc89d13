package ai.ipai.governance.publish;

import ai.ipai.spi.name.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Names in {@code ipai_part}: of the relation, its version and the part, within 63 bytes. */
final class PartName {
  static final String SCHEMA = "ipai_part";
  private static final int MAX_BYTES = 63;

  private PartName() {}

  static QualifiedName of(QualifiedName relation, long version, String suffix) {
    String tail = "__v" + version + suffix;
    return QualifiedName.of(SCHEMA, fit(relation.schema() + "__" + relation.name(), tail));
  }

  /** Keeps the tail; a head that is too long ends in its checksum, so that names stay apart. */
  static String fit(String head, String tail) {
    if (bytes(head + tail) <= MAX_BYTES) {
      return head + tail;
    }
    CRC32 checksum = new CRC32();
    checksum.update(head.getBytes(StandardCharsets.UTF_8));
    String mark = "_" + Long.toHexString(checksum.getValue());
    String kept = head;
    while (bytes(kept + mark + tail) > MAX_BYTES) {
      kept = kept.substring(0, kept.offsetByCodePoints(kept.length(), -1));
    }
    return kept + mark + tail;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
