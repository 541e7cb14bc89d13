package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.StoredRule;
import ai.ipai.governance.workspace.Change.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the rules of policies/*.yaml differ from those in force, rule by rule. Pure. */
final class RuleChanges {
  private RuleChanges() {}

  /** In the order of kinds and places; a rule that only moved within its file counts as changed. */
  static List<Change> between(PolicySet inForce, PolicySet wanted) {
    Map<String, StoredRule> before = byMeaning(inForce);
    Map<String, StoredRule> after = byMeaning(wanted);
    List<Change> changes = new ArrayList<>();
    after.forEach(
        (meaning, rule) -> {
          StoredRule earlier = before.get(meaning);
          if (earlier == null) {
            changes.add(change(Action.CREATE, rule, List.of()));
          } else if (!place(earlier).equals(place(rule))) {
            FieldChange moved = new FieldChange("place", place(earlier), place(rule));
            changes.add(change(Action.CHANGE, rule, List.of(moved)));
          }
        });
    before.forEach(
        (meaning, rule) -> {
          if (!after.containsKey(meaning)) {
            changes.add(change(Action.REMOVE, rule, List.of()));
          }
        });
    if (changes.isEmpty() && !StoredRule.of(inForce).equals(StoredRule.of(wanted))) {
      changes.add(new Change(Action.CHANGE, "policy", "order of rules", List.of()));
    }
    return changes;
  }

  private static Map<String, StoredRule> byMeaning(PolicySet policies) {
    Map<String, StoredRule> rules = new TreeMap<>();
    for (StoredRule rule : StoredRule.of(policies)) {
      String meaning =
          rule.kind() + " " + CanonicalJson.text(CanonicalJson.parse(rule.definition()));
      rules.put(meaning, rule);
    }
    return rules;
  }

  private static Change change(Action action, StoredRule rule, List<FieldChange> fields) {
    String definition = rule.definition();
    int list = definition.indexOf('[');
    String words = list < 0 ? definition : definition.substring(list + 1, definition.length() - 2);
    return new Change(action, rule.kind().replace('_', ' '), place(rule) + " " + words, fields);
  }

  private static String place(StoredRule rule) {
    return rule.file() + ":" + rule.line();
  }
}
