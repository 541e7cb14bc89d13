package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Checks all rules against each other and against what exists. Pure.
 *
 * @param warnings what is legal and probably not meant
 */
public record PolicyCheck(List<Fault> warnings) {

  /**
   * Reports every fault.
   *
   * @param declared relations that the workspace will make, whose columns are not known yet
   */
  public static PolicyCheck run(
      PolicySet policies, CatalogSnapshot catalog, Set<QualifiedName> declared, Faults faults) {
    Check check = new Check(policies, catalog, declared, faults);
    check.duplicates();
    check.objects();
    check.columns();
    check.relations();
    return new PolicyCheck(check.warnings.stream().sorted().toList());
  }

  public PolicyCheck {
    warnings = List.copyOf(warnings);
  }

  private static final class Check {
    private final PolicySet policies;
    private final CatalogSnapshot catalog;
    private final Faults faults;
    private final Set<QualifiedName> known = new TreeSet<>();
    private final List<Fault> warnings = new ArrayList<>();

    Check(PolicySet policies, CatalogSnapshot catalog, Set<QualifiedName> declared, Faults faults) {
      this.policies = policies;
      this.catalog = catalog;
      this.faults = faults;
      known.addAll(catalog.relations().keySet());
      known.addAll(declared);
    }

    void duplicates() {
      Map<Object, FilePlace> seen = new HashMap<>();
      policies
          .grants()
          .forEach(r -> once(seen, List.of("g", r.to(), r.on(), r.allow()), r.place()));
      policies
          .rowFilters()
          .forEach(
              r -> once(seen, List.of("f", r.on(), r.to(), r.unless(), r.condition()), r.place()));
      policies
          .masks()
          .forEach(
              r ->
                  once(seen, List.of("m", r.columns(), r.tags(), r.with(), r.unless()), r.place()));
      policies
          .tags()
          .forEach(r -> once(seen, List.of("t", r.tables(), r.columns(), r.tags()), r.place()));
    }

    private void once(Map<Object, FilePlace> seen, Object key, FilePlace place) {
      FilePlace first = seen.putIfAbsent(key, place);
      if (first != null) {
        faults.add(
            place,
            GovernanceErrors.DUPLICATE_RULE,
            "the same rule stands at " + first,
            "delete one of them");
      }
    }

    void objects() {
      policies.grants().forEach(r -> r.on().forEach(p -> object(r.place(), p)));
      policies.rowFilters().forEach(r -> r.on().forEach(p -> object(r.place(), p)));
      policies.masks().forEach(r -> r.columns().forEach(p -> object(r.place(), p.object())));
      policies.tags().forEach(r -> r.tables().forEach(p -> object(r.place(), p)));
      policies.tags().forEach(r -> r.columns().forEach(p -> object(r.place(), p.object())));
    }

    private void object(FilePlace place, ObjectPattern pattern) {
      if (known.stream().anyMatch(pattern::matches)) {
        return;
      }
      if (pattern.isExact()) {
        faults.addUnknown(
            place,
            GovernanceErrors.UNKNOWN_OBJECT,
            "there is no table or view " + pattern,
            pattern.toString(),
            known.stream().map(QualifiedName::toString).toList());
      } else {
        warn(place, GovernanceErrors.MATCHES_NOTHING, pattern + " matches nothing yet");
      }
    }

    private void warn(FilePlace place, ai.ipai.spi.error.ErrorCode code, String message) {
      warnings.add(new Fault(place, code, message, "", ""));
    }

    /** Columns can only be checked where the relation is there already. */
    void columns() {
      policies.masks().forEach(r -> r.columns().forEach(p -> column(r.place(), p)));
      policies.tags().forEach(r -> r.columns().forEach(p -> column(r.place(), p)));
      Predicate<MaskRule> byTag = rule -> rule.columns().isEmpty();
      policies.masks().stream().filter(byTag).forEach(this::tagMask);
    }

    private void column(FilePlace place, ColumnPattern pattern) {
      List<RelationShape> relations =
          catalog.relations().values().stream()
              .filter(relation -> pattern.object().matches(relation.name()))
              .toList();
      boolean allKnown =
          known.stream()
              .filter(name -> pattern.object().matches(name))
              .allMatch(name -> catalog.find(name).isPresent());
      boolean matched =
          relations.stream()
              .anyMatch(r -> r.columnNames().stream().anyMatch(c -> pattern.matches(r.name(), c)));
      if (matched || relations.isEmpty() || !allKnown) {
        return;
      }
      if (new Glob(pattern.column()).isExact()) {
        Set<String> names = new TreeSet<>();
        relations.forEach(relation -> names.addAll(relation.columnNames()));
        faults.addUnknown(
            place,
            GovernanceErrors.UNKNOWN_COLUMN,
            "there is no column " + pattern,
            pattern.column(),
            names);
      } else {
        warn(place, GovernanceErrors.MATCHES_NOTHING, pattern + " matches nothing yet");
      }
    }

    private void tagMask(MaskRule rule) {
      Set<String> used = new TreeSet<>();
      policies.tags().forEach(tag -> used.addAll(tag.tags()));
      if (used.stream().noneMatch(rule::matchesTag)) {
        faults.addUnknown(
            rule.place(),
            GovernanceErrors.UNKNOWN_OBJECT,
            "nothing carries the tag " + String.join(", ", rule.tags()),
            rule.tags().getFirst(),
            used);
      }
    }

    void relations() {
      Map<QualifiedName, AccessPlan> plans = new TreeMap<>();
      for (RelationShape relation : catalog.relations().values()) {
        plans.put(relation.name(), PolicyCompiler.compile(policies, relation, faults));
      }
      plans.values().forEach(plan -> entitledWithoutGrant(plan));
      plans.values().forEach(plan -> viewSources(plan, plans));
    }

    private void entitledWithoutGrant(AccessPlan plan) {
      for (ColumnMask mask : plan.masks()) {
        for (Subject subject : mask.entitled()) {
          if (!mayRead(plan, subject) && subject.isRole()) {
            warn(
                mask.place(),
                GovernanceErrors.CONTRADICTION,
                subject
                    + " would see "
                    + plan.relation().name()
                    + "."
                    + mask.column().name()
                    + " clear but may not select from it");
          }
        }
      }
    }

    private static boolean mayRead(AccessPlan plan, Subject subject) {
      return plan.rules(Operation.SELECT).stream()
          .anyMatch(
              r ->
                  r.subject().equals(subject)
                      || (r.subject().equals(Subject.AUTHENTICATED)
                          && !subject.equals(Subject.ANON)));
    }

    /** Views read with the caller's rights: who may not read what is beneath gets an error. */
    private void viewSources(AccessPlan plan, Map<QualifiedName, AccessPlan> plans) {
      for (AccessRule rule : plan.rules(Operation.SELECT)) {
        for (QualifiedName source : plan.relation().reads()) {
          Optional<AccessPlan> beneath = Optional.ofNullable(plans.get(source));
          if (beneath.isPresent() && !mayRead(beneath.get(), rule.subject())) {
            warn(
                rule.grantedAt(),
                GovernanceErrors.SOURCE_NOT_GRANTED,
                rule.subject()
                    + " may select from the view "
                    + plan.relation().name()
                    + " but not from "
                    + source
                    + ", which it reads with the caller's rights");
          }
        }
      }
    }
  }
}
