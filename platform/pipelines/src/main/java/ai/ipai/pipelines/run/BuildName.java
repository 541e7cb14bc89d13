package ai.ipai.pipelines.run;

import ai.ipai.spi.name.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names in the scratch schema: of one relation always the same, so that a leftover is replaced. */
final class BuildName {
  private static final int MAX_BYTES = 63;

  private BuildName() {}

  static QualifiedName of(QualifiedName relation, String suffix) {
    String plain = relation.schema() + "__" + relation.name() + suffix;
    if (plain.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
      return QualifiedName.of(BuildSession.SCHEMA, plain);
    }
    String hash = sha256(relation.toString()).substring(0, 24);
    return QualifiedName.of(BuildSession.SCHEMA, "b_" + hash + suffix);
  }

  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }
}
