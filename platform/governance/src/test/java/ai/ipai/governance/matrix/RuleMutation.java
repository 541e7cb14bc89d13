package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.GrantRule;
import ai.ipai.governance.policy.MaskRule;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.Rendering;
import ai.ipai.governance.policy.RowCondition;
import ai.ipai.governance.policy.RowFilterRule;
import ai.ipai.governance.policy.TagRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A set of rules with one single thing changed: every grant, filter, mask and tag in every part.
 */
record RuleMutation(String what, PolicySet policies) {

  static List<RuleMutation> of(PolicySet set) {
    List<RuleMutation> all = new ArrayList<>();
    Function<List<GrantRule>, PolicySet> grants =
        rules -> new PolicySet(rules, set.rowFilters(), set.masks(), set.tags());
    Function<List<RowFilterRule>, PolicySet> filters =
        rules -> new PolicySet(set.grants(), rules, set.masks(), set.tags());
    Function<List<MaskRule>, PolicySet> masks =
        rules -> new PolicySet(set.grants(), set.rowFilters(), rules, set.tags());
    Function<List<TagRule>, PolicySet> tags =
        rules -> new PolicySet(set.grants(), set.rowFilters(), set.masks(), rules);
    change(all, "grant", set.grants(), RuleMutation::grant, grants);
    change(all, "row filter", set.rowFilters(), RuleMutation::filter, filters);
    change(all, "mask", set.masks(), RuleMutation::mask, masks);
    change(all, "tag", set.tags(), RuleMutation::tag, tags);
    return all;
  }

  /** Each rule left out, and each rule in each of its variants. */
  private static <T> void change(
      List<RuleMutation> all,
      String kind,
      List<T> rules,
      Function<T, List<T>> variants,
      Function<List<T>, PolicySet> set) {
    for (int i = 0; i < rules.size(); i++) {
      String name = kind + " " + (i + 1);
      all.add(new RuleMutation(name + " left out", set.apply(without(rules, i))));
      int number = 0;
      for (T variant : variants.apply(rules.get(i))) {
        List<T> changed = new ArrayList<>(rules);
        changed.set(i, variant);
        number++;
        all.add(new RuleMutation(name + " variant " + number, set.apply(changed)));
      }
    }
  }

  private static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return rest;
  }

  /** The list with each one of its members left out; nothing for a list of one. */
  private static <T> List<List<T>> shortened(List<T> list) {
    List<List<T>> all = new ArrayList<>();
    for (int i = 0; i < list.size() && list.size() > 1; i++) {
      all.add(without(list, i));
    }
    return all;
  }

  private static List<GrantRule> grant(GrantRule r) {
    List<GrantRule> all = new ArrayList<>();
    shortened(r.to()).forEach(to -> all.add(new GrantRule(r.place(), to, r.on(), r.allow(), "")));
    shortened(r.on()).forEach(on -> all.add(new GrantRule(r.place(), r.to(), on, r.allow(), "")));
    for (Operation more : List.of(Operation.INSERT, Operation.DELETE)) {
      if (!r.allow().contains(more)) {
        List<Operation> allow = new ArrayList<>(r.allow());
        allow.add(more);
        all.add(new GrantRule(r.place(), r.to(), r.on(), allow, ""));
      }
    }
    return all;
  }

  private static List<RowFilterRule> filter(RowFilterRule r) {
    List<RowFilterRule> all = new ArrayList<>();
    shortened(r.on())
        .forEach(
            on -> all.add(new RowFilterRule(r.place(), on, r.to(), r.unless(), r.condition(), "")));
    shortened(r.unless())
        .forEach(
            unless ->
                all.add(new RowFilterRule(r.place(), r.on(), r.to(), unless, r.condition(), "")));
    for (String constant : List.of("true", "false")) {
      all.add(
          new RowFilterRule(
              r.place(), r.on(), r.to(), r.unless(), new RowCondition.BySql(constant), ""));
    }
    return all;
  }

  private static List<MaskRule> mask(MaskRule r) {
    List<MaskRule> all = new ArrayList<>();
    shortened(r.unless())
        .forEach(
            unless ->
                all.add(new MaskRule(r.place(), r.columns(), r.tags(), r.with(), unless, "")));
    for (Rendering other : List.of(new Rendering.Null(), new Rendering.Hash())) {
      if (!other.equals(r.with())) {
        all.add(new MaskRule(r.place(), r.columns(), r.tags(), other, r.unless(), ""));
      }
    }
    return all;
  }

  private static List<TagRule> tag(TagRule r) {
    List<TagRule> all = new ArrayList<>();
    shortened(r.columns())
        .forEach(columns -> all.add(new TagRule(r.place(), r.tables(), columns, r.tags(), "")));
    return all;
  }
}
