package ai.ipai.governance.policy;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The relations of all layers at one moment. */
public record CatalogSnapshot(Map<QualifiedName, RelationShape> relations) {
  public CatalogSnapshot {
    relations = java.util.Collections.unmodifiableMap(new TreeMap<>(relations));
  }

  public static CatalogSnapshot of(List<RelationShape> relations) {
    Map<QualifiedName, RelationShape> byName = new TreeMap<>();
    relations.forEach(relation -> byName.put(relation.name(), relation));
    return new CatalogSnapshot(byName);
  }

  public Optional<RelationShape> find(QualifiedName name) {
    return Optional.ofNullable(relations.get(name));
  }
}
