package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/**
 * One subject may do one thing on one relation.
 *
 * @param filters all of them must let a row through; empty means every row
 * @param grantedAt the grant that allowed it
 */
public record AccessRule(
    Operation operation, Subject subject, List<RowFilter> filters, FilePlace grantedAt) {
  public AccessRule {
    filters = List.copyOf(filters);
  }
}
