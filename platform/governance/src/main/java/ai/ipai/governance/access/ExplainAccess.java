package ai.ipai.governance.access;

import ai.ipai.governance.access.Explanation.Because;
import ai.ipai.governance.access.Explanation.Verdict;
import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.AccessRule;
import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.RowFilter;
import ai.ipai.governance.policy.Subject;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.NearestName;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the grant, row filter and mask that decided over a caller and an object, from the rules in
 * force, and counts what the caller really sees by asking as that caller.
 */
public final class ExplainAccess {
  private static final int MAX_MASKS_NAMED = 3;
  private static final Pattern CLAIM =
      Pattern.compile("ipai\\.claim(?:_\\w+)?\\('((?:[^']|'')*)'\\)");
  private final Database database;
  private final RowCounts rows;

  public ExplainAccess(Database database) {
    this(database, RowCounts.PATIENCE);
  }

  /**
   * With another patience.
   *
   * @param patience with each of the two counts
   */
  ExplainAccess(Database database, Duration patience) {
    this.database = database;
    this.rows = new RowCounts(database, patience);
  }

  /** Reads only. Hidden rows and forbidden objects are told to the entitled alone. */
  public Explanation explain(Asked asked) throws SQLException {
    Rules rules = rules(asked);
    if (rules.relation().isEmpty()) {
      return nothing(asked, nearest(asked, rules.catalog()));
    }
    AccessPlan plan = rules.plan().orElseThrow();
    if (!rules.mayRead()) {
      return asked.isEntitled() ? notGranted(asked, plan, rules.holds()) : nothing(asked, "");
    }
    Draft draft = new Draft(asked, plan, rules.holds());
    Optional<QualifiedName> closed =
        closedSource(rules.policies(), rules.catalog(), plan.relation(), rules.holds());
    if (closed.isPresent()) {
      return draft.build(
          Verdict.SOURCE_NOT_GRANTED,
          "The view reads "
              + closed.get()
              + " with the caller's rights, and no grant on it reaches the caller.",
          null,
          null);
    }
    return counted(asked, draft);
  }

  /**
   * The masked columns alone and who decided over each; empty where the caller may not read. Asks
   * no table.
   */
  public List<Because> columns(Asked asked) throws SQLException {
    Rules rules = rules(asked);
    return rules.mayRead()
        ? List.copyOf(new Draft(asked, rules.plan().orElseThrow(), rules.holds()).columns)
        : List.of();
  }

  /** What is in force about an object and a caller. */
  private record Rules(
      PolicySet policies,
      CatalogSnapshot catalog,
      Set<Subject> holds,
      Optional<RelationShape> relation,
      Optional<AccessPlan> plan) {
    boolean mayRead() {
      return plan.filter(known -> !held(known, Operation.SELECT, holds).isEmpty()).isPresent();
    }
  }

  private Rules rules(Asked asked) throws SQLException {
    ControlTransactions control = new ControlTransactions(database);
    PolicySet policies = control.run(CallerOptions.reading(), PolicyStore::load);
    CatalogSnapshot catalog = control.run(CallerOptions.reading(), CatalogReader::read);
    Optional<RelationShape> relation = catalog.find(asked.object());
    return new Rules(
        policies,
        catalog,
        Asked.holds(asked.caller()),
        relation,
        relation.map(found -> PolicyCompiler.compile(policies, found, new Faults())));
  }

  private Explanation counted(Asked asked, Draft draft) throws SQLException {
    return switch (rows.count(asked)) {
      case RowCounts.Refused ignored ->
          draft.build(
              Verdict.NOT_GRANTED,
              "The rules allow it, but the database refuses: the rules were not applied to this"
                  + " object. Run ./ipai apply.",
              null,
              null);
      case RowCounts.TooSlow ignored ->
          draft.build(
              Verdict.NOT_COUNTED,
              "The caller may read it; whether any row passes took too long to count.",
              null,
              null);
      case RowCounts.Counted counts -> counted(asked, draft, counts);
    };
  }

  private static Explanation counted(Asked asked, Draft draft, RowCounts.Counted counts) {
    long seen = counts.seen();
    if (!asked.isEntitled()) {
      return seen > 0
          ? draft.build(Verdict.VISIBLE, "The caller sees rows.", seen, null)
          : draft.build(Verdict.NO_ROWS, "The caller may read it and sees no row.", 0L, null);
    }
    if (counts.all() == 0) {
      return draft.build(Verdict.EMPTY, "The caller may read it, and it holds no row.", 0L, 0L);
    }
    // Where counting stopped at what the caller sees, nothing is known of the rest.
    @Nullable Long hidden = seen > RowCounts.MAX ? null : counts.all() - seen;
    return seen == 0
        ? draft.build(Verdict.ALL_ROWS_HIDDEN, draft.hiding(), 0L, hidden)
        : draft.build(Verdict.VISIBLE, "The caller sees rows.", seen, hidden);
  }

  /** The first relation beneath a view that the caller may not read; views may read views. */
  private static Optional<QualifiedName> closedSource(
      PolicySet policies, CatalogSnapshot catalog, RelationShape relation, Set<Subject> holds) {
    for (QualifiedName source : relation.reads()) {
      Optional<RelationShape> beneath = catalog.find(source);
      if (beneath.isPresent()) {
        AccessPlan plan = PolicyCompiler.compile(policies, beneath.get(), new Faults());
        if (held(plan, Operation.SELECT, holds).isEmpty()) {
          return Optional.of(source);
        }
        Optional<QualifiedName> deeper = closedSource(policies, catalog, beneath.get(), holds);
        if (deeper.isPresent()) {
          return deeper;
        }
      }
    }
    return Optional.empty();
  }

  private static List<AccessRule> held(AccessPlan plan, Operation operation, Set<Subject> holds) {
    return plan.rules(operation).stream().filter(r -> holds.contains(r.subject())).toList();
  }

  /** Who may not know what there is gets no suggestion. */
  private static String nearest(Asked asked, CatalogSnapshot catalog) {
    return asked.isEntitled()
        ? NearestName.of(
                asked.object().toString(),
                catalog.relations().keySet().stream().map(QualifiedName::toString).toList())
            .map(near -> "did you mean " + near + "?")
            .orElse("")
        : "";
  }

  private static Explanation nothing(Asked asked, String cure) {
    return new Explanation(
        asked.caller().displayName(),
        asked.object().toString(),
        Verdict.NOTHING_THERE,
        "There is no such object, or none that this caller may see.",
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        false,
        List.of(),
        cure);
  }

  private static Explanation notGranted(Asked asked, AccessPlan plan, Set<Subject> holds) {
    List<Because> others = new ArrayList<>();
    for (AccessRule rule : plan.rules(Operation.SELECT)) {
      others.add(
          new Because(
              "select", "granted to " + rule.subject() + " only", rule.grantedAt().toString()));
    }
    return new Explanation(
        asked.caller().displayName(),
        asked.object().toString(),
        Verdict.NOT_GRANTED,
        "No grant of select reaches the caller, who holds " + holds + ".",
        others,
        List.of(),
        List.of(),
        null,
        null,
        false,
        List.of(),
        "Add the caller's role to a grant in policies/*.yaml, or give the caller one of the roles named.");
  }

  /** What decided, gathered once the caller may read. */
  private static final class Draft {
    private final Asked asked;
    private final List<Because> grants = new ArrayList<>();
    private final Set<Because> filters = new LinkedHashSet<>();
    private final List<Because> columns = new ArrayList<>();
    private final Set<String> missing = new TreeSet<>();
    private final boolean isClosed;

    Draft(Asked asked, AccessPlan plan, Set<Subject> holds) {
      this.asked = asked;
      for (AccessRule rule : plan.rules()) {
        if (holds.contains(rule.subject())) {
          grants.add(
              new Because(
                  rule.operation().word(),
                  "granted to " + rule.subject(),
                  rule.grantedAt().toString()));
        }
      }
      boolean isWhole =
          held(plan, Operation.SELECT, holds).stream().anyMatch(r -> isWhole(r, holds));
      for (AccessRule rule : held(plan, Operation.SELECT, holds)) {
        rule.filters().forEach(filter -> filters.add(described(filter, rule, holds, isWhole)));
        rule.filters().stream()
            .filter(filter -> !isWhole && narrows(filter, holds))
            .forEach(this::claimsOf);
      }
      this.isClosed =
          plan.relation().isBronze()
              && plan.masks().stream().anyMatch(mask -> isHidden(mask, holds));
      plan.masks().forEach(mask -> columns.add(described(mask, plan, holds)));
    }

    private void claimsOf(RowFilter filter) {
      CLAIM
          .matcher(filter.sql())
          .results()
          .map(found -> found.group(1).replace("''", "'"))
          .filter(claim -> !asked.hasClaim(claim))
          .forEach(missing::add);
    }

    private static boolean isHidden(ColumnMask mask, Set<Subject> holds) {
      return !holds.contains(Subject.SERVICE)
          && mask.entitled().stream().noneMatch(holds::contains);
    }

    private static boolean isWhole(AccessRule rule, Set<Subject> holds) {
      return rule.filters().stream().noneMatch(filter -> narrows(filter, holds));
    }

    private static boolean narrows(RowFilter filter, Set<Subject> holds) {
      boolean isMeant =
          filter.onlyFor().isEmpty() || filter.onlyFor().stream().anyMatch(holds::contains);
      return isMeant && filter.unless().stream().noneMatch(holds::contains);
    }

    private static Because described(
        RowFilter filter, AccessRule rule, Set<Subject> holds, boolean isWhole) {
      String effect;
      if (!narrows(filter, holds)) {
        effect = "does not narrow this caller";
      } else if (isWhole) {
        effect = "narrows the grant to " + rule.subject() + ", but another grant gives every row";
      } else {
        effect = "narrows the grant to " + rule.subject();
      }
      return new Because(filter.text(), effect, filter.place().toString());
    }

    private static Because described(ColumnMask mask, AccessPlan plan, Set<Subject> holds) {
      String effect =
          !isHidden(mask, holds)
              ? "clear, since the caller is one of " + mask.entitled()
              : plan.relation().isBronze()
                  ? "hides every row: the table is bronze and the caller is none of "
                      + mask.entitled()
                  : "masked with " + mask.rendering() + " for all but " + mask.entitled();
      return new Because(mask.column().name(), effect, mask.place().toString());
    }

    String hiding() {
      List<String> reasons = new ArrayList<>();
      filters.stream()
          .filter(f -> f.effect().startsWith("narrows"))
          .forEach(f -> reasons.add(f.what() + " [" + f.place() + "]"));
      List<Because> hiding = columns.stream().filter(c -> c.effect().startsWith("hides")).toList();
      hiding.stream()
          .limit(MAX_MASKS_NAMED)
          .forEach(c -> reasons.add("the mask on " + c.what() + " [" + c.place() + "]"));
      if (hiding.size() > MAX_MASKS_NAMED) {
        reasons.add((hiding.size() - MAX_MASKS_NAMED) + " more masks");
      }
      return "There are rows, and none passes " + String.join(" or ", reasons) + ".";
    }

    /**
     * Of the caller's own claims and of rules that are listed anyway: hides nothing, tells nothing.
     */
    private String cure() {
      if (isClosed) {
        return "A bronze table is stored in one piece, so a mask on one of its columns closes it to those who may not"
            + " see the value. Read the silver table made from it, where the column is masked, or name the role in"
            + " \"unless\" of the mask.";
      }
      return missing.isEmpty()
          ? ""
          : "The caller has no claim "
              + String.join(", ", missing)
              + ", which the filters ask for. Give it in the identity provider's app_metadata; to try it out:"
              + " --claims '{\""
              + missing.iterator().next()
              + "\": [1]}'.";
    }

    Explanation build(
        Verdict verdict, String reason, @Nullable Long visible, @Nullable Long hidden) {
      return new Explanation(
          asked.caller().displayName(),
          asked.object().toString(),
          verdict,
          reason,
          grants,
          List.copyOf(filters),
          columns,
          visible,
          hidden,
          visible != null && visible + (hidden == null ? 0 : hidden) > RowCounts.MAX,
          List.copyOf(missing),
          visible != null && visible > 0 ? "" : cure());
    }
  }
}
