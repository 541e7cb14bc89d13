package ai.ipai.governance.publish;

import ai.ipai.governance.policy.PolicyReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;

/** Rules from the text of a policy file. */
public final class GovernedPolicies {
  private GovernedPolicies() {}

  public static PolicySet of(String yaml) {
    Faults faults = new Faults();
    PolicySet set = read(yaml, faults);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(faults.toString());
    }
    return set;
  }

  public static PolicySet read(String yaml, Faults faults) {
    return Yaml.parse("policies/test.yaml", yaml, faults)
        .map(node -> PolicyReader.read(node, faults))
        .orElse(PolicySet.EMPTY);
  }
}
