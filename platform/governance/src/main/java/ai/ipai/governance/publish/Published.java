package ai.ipai.governance.publish;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;

/**
 * What a publication did.
 *
 * @param version counts the publications of the target, from 1
 * @param staleDependents views that could not be pointed at the new version, since a column that
 *     they read is gone or has another type; they go on reading the version before
 */
public record Published(QualifiedName target, long version, List<QualifiedName> staleDependents) {
  public Published {
    staleDependents = List.copyOf(staleDependents);
  }
}
