package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.PolicySet;
import java.util.List;

/** Says who would newly see which column or row. Pure. */
@FunctionalInterface
public interface AccessReview {
  /** What changes on the relations of the catalog when the rules do, wider access first. */
  List<AccessChange> compare(PolicySet before, PolicySet after, CatalogSnapshot catalog);
}
