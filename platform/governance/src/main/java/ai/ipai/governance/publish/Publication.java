package ai.ipai.governance.publish;

import ai.ipai.governance.policy.TagRule;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;

/**
 * A built relation on its way to its name.
 *
 * @param source in {@code ipai_build}
 * @param reads what the model reads, whose columns' tags travel
 * @param tags declared with the model, see {@link TagRule#of}
 */
public record Publication(
    QualifiedName source, QualifiedName target, List<QualifiedName> reads, List<TagRule> tags) {
  public Publication {
    reads = List.copyOf(reads);
    tags = List.copyOf(tags);
  }
}
