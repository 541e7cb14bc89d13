package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/**
 * Tags travel: a column of a model carries the tags of the column of the same name in whatever the
 * model reads. A model that renames a column declares the tag anew.
 */
public final class TagTravel {
  private TagTravel() {}

  /** The tags that a relation takes over from what it reads. */
  public static List<TagRule> inherited(
      PolicySet policies, RelationShape relation, List<QualifiedName> reads) {
    List<TagRule> inherited = new ArrayList<>();
    for (QualifiedName source : reads) {
      FilePlace place = FilePlace.whole("inherited from " + source);
      for (String column : relation.columnNames()) {
        for (String tag : policies.columnTagsOf(source, column)) {
          inherited.add(TagRule.of(place, relation.name(), column, tag));
        }
      }
    }
    return inherited;
  }
}
