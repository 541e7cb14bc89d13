package ai.ipai.pipelines.run;

import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.name.QualifiedName;

/**
 * Names in the scratch schema: of one relation and purpose always the same, so that a leftover is
 * replaced, and of two never, whatever the models are called.
 */
final class BuildName {
  /** Readable for whoever looks into the schema; the digest tells relations apart. */
  private static final int MAX_READABLE = 40;

  private static final int DIGITS = 20;

  private BuildName() {}

  static QualifiedName of(QualifiedName relation, String suffix) {
    String digest = Sha256.hex(relation.schema() + "\0" + relation.name() + "\0" + suffix);
    String readable = (relation.name() + suffix).replaceAll("[^A-Za-z0-9_]", "");
    return QualifiedName.of(
        BuildSession.SCHEMA,
        readable.substring(0, Math.min(readable.length(), MAX_READABLE))
            + "_"
            + digest.substring(0, DIGITS));
  }
}
