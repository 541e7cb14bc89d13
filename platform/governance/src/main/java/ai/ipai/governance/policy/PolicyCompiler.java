package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.spi.name.SqlText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns the rules into the access plan of one relation. Pure. */
public final class PolicyCompiler {
  /** Names that the platform adds to parts; no table of a model may use them. */
  public static final String ROW_ID = "_ipai_row_id";

  private final PolicySet policies;
  private final RelationShape relation;
  private final Faults faults;

  private PolicyCompiler(PolicySet policies, RelationShape relation, Faults faults) {
    this.policies = policies;
    this.relation = relation;
    this.faults = faults;
  }

  /** Errors: {@code GOV-001} where rules do not fit the relation, with every fault. */
  public static AccessPlan compile(PolicySet policies, RelationShape relation) {
    Faults faults = new Faults();
    AccessPlan plan = compile(policies, relation, faults);
    faults.throwIfAny(
        GovernanceErrors.POLICIES_AT_FAULT, "the policies do not fit " + relation.name());
    return plan;
  }

  /** Reports what does not fit; the plan is then of no use. */
  public static AccessPlan compile(PolicySet policies, RelationShape relation, Faults faults) {
    return new PolicyCompiler(policies, relation, faults).compile();
  }

  private AccessPlan compile() {
    if (relation.column(ROW_ID).isPresent()) {
      faults.add(
          FilePlace.whole(relation.name().toString()),
          GovernanceErrors.CONTRADICTION,
          "the column " + ROW_ID + " belongs to the platform",
          "give the column another name");
    }
    List<ColumnMask> masks = masks();
    AccessPlan plan = new AccessPlan(relation, rules(masks), masks);
    checkWrites(plan);
    return plan;
  }

  private List<AccessRule> rules(List<ColumnMask> masks) {
    Set<String> masked = new TreeSet<>();
    masks.forEach(mask -> masked.add(mask.column().name()));
    List<AccessRule> rules = new ArrayList<>();
    for (GrantRule grant : policies.grants()) {
      if (grant.on().stream().anyMatch(pattern -> pattern.matches(relation.name()))) {
        for (Operation operation : grant.allow()) {
          for (Subject subject : grant.to()) {
            add(rules, operation, subject, grant.place(), masked);
          }
        }
      }
    }
    return rules;
  }

  private void add(
      List<AccessRule> rules,
      Operation operation,
      Subject subject,
      FilePlace place,
      Set<String> masked) {
    boolean known =
        rules.stream().anyMatch(r -> r.operation() == operation && r.subject().equals(subject));
    if (!known && operation != Operation.EXECUTE) {
      rules.add(new AccessRule(operation, subject, filters(subject, masked), place));
    }
  }

  private List<RowFilter> filters(Subject subject, Set<String> masked) {
    List<RowFilter> filters = new ArrayList<>();
    for (RowFilterRule rule : policies.rowFilters()) {
      if (rule.bearsOn(subject)
          && rule.on().stream().anyMatch(pattern -> pattern.matches(relation.name()))) {
        filter(rule, subject, masked).ifPresent(filters::add);
      }
    }
    return filters;
  }

  private Optional<RowFilter> filter(RowFilterRule rule, Subject subject, Set<String> masked) {
    if (relation.kind() == RelationShape.Kind.VIEW) {
      refuseOnView(rule.place(), "row filter");
      return Optional.empty();
    }
    Optional<String> sql = sql(rule);
    if (sql.isEmpty()) {
      return Optional.empty();
    }
    Set<String> columns = SqlExpression.read(sql.get()).mentions(relation.columnNames());
    for (String column : columns) {
      if (masked.contains(column) && !relation.isBronze()) {
        faults.add(
            rule.place(),
            GovernanceErrors.CONTRADICTION,
            "the row filter reads " + relation.name() + "." + column + ", which is masked",
            "filter by a column that is not masked");
      }
    }
    boolean broad = subject.equals(Subject.AUTHENTICATED) && !rule.to().contains(subject);
    return Optional.of(
        new RowFilter(
            sql.get(),
            columns,
            rule.condition().toString(),
            rule.place(),
            Set.copyOf(rule.unless()),
            broad ? Set.copyOf(rule.to()) : Set.of()));
  }

  private Optional<String> sql(RowFilterRule rule) {
    return switch (rule.condition()) {
      case RowCondition.BySql(String expression) -> Optional.of(expression);
      case RowCondition.ByClaim byClaim -> byClaim(rule, byClaim);
    };
  }

  private Optional<String> byClaim(RowFilterRule rule, RowCondition.ByClaim condition) {
    Optional<ColumnShape> column = relation.column(condition.column());
    if (column.isEmpty()) {
      faults.addUnknown(
          rule.place(),
          GovernanceErrors.UNKNOWN_COLUMN,
          "the row filter's column \""
              + condition.column()
              + "\" is not in "
              + relation.name()
              + ", whose rows it would leave unguarded",
          condition.column(),
          relation.columnNames());
      return Optional.empty();
    }
    Optional<String> list = claimList(column.get(), condition.claim());
    if (list.isEmpty()) {
      faults.add(
          rule.place(),
          GovernanceErrors.BAD_EXPRESSION,
          "a column of type " + column.get().type() + " cannot be compared with a claim",
          "write the condition as \"using\"");
    }
    return list.map(values -> SqlText.identifier(condition.column()) + " = any (" + values + ")");
  }

  private static Optional<String> claimList(ColumnShape column, String claim) {
    String name = SqlText.literal(claim);
    return switch (column.baseType()) {
      case "smallint", "integer", "bigint" ->
          Optional.of("(select ipai.claim_ints(" + name + "))::bigint[]");
      case "uuid" -> Optional.of("(select ipai.claim_uuids(" + name + "))::uuid[]");
      case "text", "character varying" ->
          Optional.of("(select ipai.claim_texts(" + name + "))::text[]");
      default -> Optional.empty();
    };
  }

  private List<ColumnMask> masks() {
    List<ColumnMask> masks = new ArrayList<>();
    for (ColumnShape column : relation.columns()) {
      Set<String> tags = policies.tagsOf(relation.name(), column.name());
      List<MaskRule> matching =
          policies.masks().stream().filter(rule -> matches(rule, column, tags)).toList();
      if (!matching.isEmpty()) {
        mask(column, matching).ifPresent(masks::add);
      }
    }
    return masks;
  }

  private boolean matches(MaskRule rule, ColumnShape column, Set<String> tags) {
    return rule.columns().stream().anyMatch(p -> p.matches(relation.name(), column.name()))
        || tags.stream().anyMatch(rule::matchesTag);
  }

  /** Several masks on one column: only who every one of them spares sees the clear value. */
  private Optional<ColumnMask> mask(ColumnShape column, List<MaskRule> rules) {
    MaskRule deciding = deciding(column, rules);
    if (relation.kind() == RelationShape.Kind.VIEW) {
      refuseOnView(deciding.place(), "mask");
      return Optional.empty();
    }
    Set<Subject> entitled = new TreeSet<>(deciding.unless());
    rules.forEach(rule -> entitled.retainAll(rule.unless()));
    String name = relation.name() + "." + column.name();
    if (entitled.isEmpty()) {
      faults.add(
          deciding.place(),
          GovernanceErrors.CONTRADICTION,
          "several masks on " + name + " leave nobody who may see it: " + places(rules),
          "name one role in \"unless\" of each");
    }
    return Optional.of(
        new ColumnMask(column, rendering(column, deciding, name), entitled, deciding.place()));
  }

  /**
   * A mask that names the column decides before one that goes by tag. Tags meet by chance, so among
   * those the one that shows least decides.
   */
  private MaskRule deciding(ColumnShape column, List<MaskRule> rules) {
    List<MaskRule> named = rules.stream().filter(rule -> !rule.columns().isEmpty()).toList();
    if (named.isEmpty()) {
      return rules.stream()
          .min(Comparator.comparingInt(rule -> openness(rule.with())))
          .orElseThrow();
    }
    if (named.stream().map(MaskRule::with).distinct().count() > 1) {
      faults.add(
          named.getLast().place(),
          GovernanceErrors.CONTRADICTION,
          "masks disagree on how to show "
              + relation.name()
              + "."
              + column.name()
              + ": "
              + places(named),
          "keep one of them");
    }
    return named.getFirst();
  }

  private static int openness(Rendering rendering) {
    return switch (rendering) {
      case Rendering.Null ignored -> 0;
      case Rendering.Redact ignored -> 1;
      case Rendering.Hash ignored -> 2;
      case Rendering.Partial ignored -> 3;
      case Rendering.Sql ignored -> 4;
    };
  }

  private static String places(List<MaskRule> rules) {
    return String.join(", ", rules.stream().map(rule -> rule.place().toString()).toList());
  }

  /** A tag may stand on a column of any type: what does not fit shows nothing. */
  private Rendering rendering(ColumnShape column, MaskRule rule, String name) {
    Optional<String> misfit =
        switch (rule.with()) {
          case Rendering.Null ignored -> Optional.empty();
          case Rendering.Hash ignored -> hashMisfit(column);
          case Rendering.Partial ignored -> textOnly(column);
          case Rendering.Redact ignored -> textOnly(column);
          case Rendering.Sql(String expression) -> leak(column, expression);
        };
    if (misfit.isPresent() && rule.columns().isEmpty()) {
      return new Rendering.Null();
    }
    misfit.ifPresent(
        reason ->
            faults.add(
                rule.place(),
                GovernanceErrors.MASK_DOES_NOT_FIT,
                "the mask \"" + rule.with() + "\" does not fit " + name + ": " + reason,
                "choose null, or an SQL expression of that type"));
    return rule.with();
  }

  private static Optional<String> textOnly(ColumnShape column) {
    return column.isText() && fitting(column, 8)
        ? Optional.empty()
        : Optional.of("it is of type " + column.type());
  }

  private static Optional<String> hashMisfit(ColumnShape column) {
    return column.baseType().equals("uuid") || (column.isText() && fitting(column, 16))
        ? Optional.empty()
        : Optional.of("it is of type " + column.type());
  }

  private static boolean fitting(ColumnShape column, int length) {
    int paren = column.type().indexOf('(');
    return !column.baseType().equals("character")
        && (paren < 0
            || Integer.parseInt(
                    column.type().substring(paren + 1, column.type().indexOf(')', paren)))
                >= length);
  }

  /** A rendering that is the column itself would hide nothing. */
  private static Optional<String> leak(ColumnShape column, String expression) {
    String bare = expression.replaceAll("[()\\s\"]", "").replaceAll("::.*", "");
    return bare.equals(column.name()) ? Optional.of("it shows the clear value") : Optional.empty();
  }

  private void checkWrites(AccessPlan plan) {
    if (!plan.masks().isEmpty() || relation.kind() == RelationShape.Kind.VIEW) {
      plan.rules().stream()
          .filter(rule -> rule.operation().isWrite())
          .forEach(
              rule ->
                  faults.add(
                      rule.grantedAt(),
                      GovernanceErrors.CONTRADICTION,
                      rule.subject()
                          + " may "
                          + rule.operation().word()
                          + " "
                          + relation.name()
                          + (plan.masks().isEmpty() ? ", which is a view" : ", which has masks"),
                      "grant select only, or write to another table"));
    }
  }

  private void refuseOnView(FilePlace place, String what) {
    faults.add(
        place,
        GovernanceErrors.CONTRADICTION,
        "a " + what + " cannot stand on the view " + relation.name(),
        "put it on the tables that the view reads, or materialize the model as a table");
  }
}
