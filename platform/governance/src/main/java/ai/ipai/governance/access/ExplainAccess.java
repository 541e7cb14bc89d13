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
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names the grant, row filter and mask that decided over a caller and an object, from the rules in
 * force, and counts what the caller really sees by asking as that caller.
 */
public final class ExplainAccess {
  private static final String DENIED = "42501";
  private static final int MAX_MASKS_NAMED = 3;
  private static final Pattern CLAIM =
      Pattern.compile("ipai\\.claim(?:_\\w+)?\\('((?:[^']|'')*)'\\)");
  private final Database database;

  public ExplainAccess(Database database) {
    this.database = database;
  }

  /** Reads only. Hidden rows and forbidden objects are told to the entitled alone. */
  public Explanation explain(Asked asked) throws SQLException {
    ControlTransactions control = new ControlTransactions(database);
    PolicySet policies = control.run(CallerOptions.reading(), PolicyStore::load);
    CatalogSnapshot catalog = control.run(CallerOptions.reading(), CatalogReader::read);
    Set<Subject> holds = Asked.holds(asked.caller());
    Optional<RelationShape> relation = catalog.find(asked.object());
    if (relation.isEmpty()) {
      return nothing(asked, nearest(asked, catalog));
    }
    AccessPlan plan = PolicyCompiler.compile(policies, relation.get(), new Faults());
    List<AccessRule> reading = held(plan, Operation.SELECT, holds);
    if (reading.isEmpty()) {
      return asked.isEntitled() ? notGranted(asked, plan, holds) : nothing(asked, "");
    }
    Draft draft = new Draft(asked, plan, holds);
    Optional<QualifiedName> closed = closedSource(policies, catalog, relation.get(), holds);
    if (closed.isPresent()) {
      return draft.build(
          Verdict.SOURCE_NOT_GRANTED,
          "The view reads "
              + closed.get()
              + " with the caller's rights, and no grant on it reaches the caller.",
          null,
          null);
    }
    return counted(asked, relation.get(), draft);
  }

  private Explanation counted(Asked asked, RelationShape relation, Draft draft)
      throws SQLException {
    OptionalLong visible = visibleRows(asked);
    if (visible.isEmpty()) {
      return draft.build(
          Verdict.NOT_GRANTED,
          "The rules allow it, but the database refuses: the rules were not applied to this object."
              + " Run ./ipai apply.",
          null,
          null);
    }
    long seen = visible.getAsLong();
    if (!asked.isEntitled()) {
      return seen > 0
          ? draft.build(Verdict.VISIBLE, "The caller sees rows.", seen, null)
          : draft.build(Verdict.NO_ROWS, "The caller may read it and sees no row.", 0L, null);
    }
    long all = allRows(relation);
    long hidden = Math.max(0, all - seen);
    if (all == 0) {
      return draft.build(Verdict.EMPTY, "The caller may read it, and it holds no row.", 0L, 0L);
    }
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

  private OptionalLong visibleRows(Asked asked) throws SQLException {
    try {
      return OptionalLong.of(
          new CallerTransactions(database)
              .run(asked.caller(), CallerOptions.reading(), c -> count(c, asked.object())));
    } catch (SQLException refused) {
      if (DENIED.equals(refused.getSQLState())) {
        return OptionalLong.empty();
      }
      throw refused;
    }
  }

  private long allRows(RelationShape relation) throws SQLException {
    try (Connection builder = database.connect(Login.BUILDER)) {
      return count(builder, relation.name());
    }
  }

  private static long count(Connection connection, QualifiedName object) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from " + object.quoted())) {
      row.next();
      return row.getLong(1);
    }
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
        Verdict verdict,
        String reason,
        @org.jspecify.annotations.Nullable Long visible,
        @org.jspecify.annotations.Nullable Long hidden) {
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
          List.copyOf(missing),
          visible != null && visible > 0 ? "" : cure());
    }
  }
}
