package ai.ipai.gateway.rest.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.ipai.gateway.rest.fault.RestFault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients of PostgREST write is understood as it is there, mistakes included. */
@Tag("REQ-REST-001")
final class QueryParametersTest {
  @Test
  void columnsHaveAliasesPathsCastsAndAggregates() {
    assertThat(select("n:data->a->>-1::text"))
        .containsExactly(
            new Selected.Column(
                new Field(
                    "data",
                    List.of(new JsonStep(false, "a", false), new JsonStep(true, "-1", true))),
                Optional.empty(),
                Optional.empty(),
                Optional.of("text"),
                Optional.of("n")));
    assertThat(select("total:amount.sum()::int"))
        .containsExactly(
            new Selected.Column(
                Field.of("amount"),
                Optional.of(Aggregate.SUM),
                Optional.of("int"),
                Optional.empty(),
                Optional.of("total")));
  }

  @Test
  void embeddedTablesNestWithHintsAndJoins() {
    assertThat(select("*,a:child!fk!inner(id,...deep(x))"))
        .element(1)
        .isInstanceOfSatisfying(
            Selected.Embedded.class,
            child -> {
              assertThat(child.target()).isEqualTo("child");
              assertThat(child.hint()).contains("fk");
              assertThat(child.join()).contains(JoinKind.INNER);
              assertThat(child.alias()).contains("a");
              assertThat(child.inner().get(1))
                  .isInstanceOfSatisfying(
                      Selected.Embedded.class, deep -> assertThat(deep.spread()).isTrue());
            });
  }

  @Test
  void filtersBelongToTheirTable() {
    QueryParameters query = QueryParameters.parse("child.data->>k=not.in.(1,\"a,b\")", false);
    assertThat(query.filters())
        .containsExactly(
            new Targeted<>(
                List.of("child"),
                new Filter(
                    new Field("data", List.of(new JsonStep(true, "k", false))),
                    true,
                    new Operation.In(List.of("1", "a,b")))));
  }

  @Test
  void logicNestsAndKeepsArraysWhole() {
    QueryParameters query =
        QueryParameters.parse("not.or=(a.eq.1,and(b.cs.{1,2},c.is.null))", false);
    assertThat(query.logic().getFirst().what())
        .isInstanceOfSatisfying(
            Logic.Group.class,
            group -> {
              assertThat(group.isNegated()).isTrue();
              assertThat(group.isAny()).isTrue();
              assertThat(group.members()).hasSize(2);
            });
  }

  @Test
  void mistakesAreToldWithPlaceAndExpectation() {
    assertFault(
        "id=noop.0",
        "\"failed to parse filter (noop.0)\" (line 1, column 1)",
        "unexpected \"o\" expecting \"not\" or operator (eq, gt, ...)");
    assertFault(
        "order=id.ac",
        "\"failed to parse order (id.ac)\" (line 1, column 4)",
        "unexpected \"c\" expecting \"asc\", \"desc\", \"nullsfirst\" or \"nullslast\"");
    assertFault(
        "select=name!hint",
        "\"failed to parse select parameter (name!hint)\" (line 1, column 5)",
        "unexpected '!' expecting letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\""
            + " or end of input");
    assertFault(
        "or=()",
        "\"failed to parse logic tree (())\" (line 1, column 4)",
        "unexpected \")\" expecting field name (* or [a..z0..9_$]), negation operator (not) or"
            + " logic operator (and, or)");
  }

  @Test
  void nestingThatNobodyWritesIsRefusedBeforeItIsRead() {
    RestFault fault =
        catchThrowableOfType(
            RestFault.class, () -> QueryParameters.parse("select=" + "a(".repeat(2000), false));
    assertThat(fault.status()).isEqualTo(400);
    assertThat(fault.code()).isEqualTo("PGRST100");
  }

  @Test
  void argumentsOfAFunctionNeedNoOperator() {
    QueryParameters query = QueryParameters.parse("a=1&b=eq.2", true);
    assertThat(query.arguments()).containsExactly(java.util.Map.entry("a", "1"));
    assertThat(query.filters()).hasSize(1);
  }

  @Test
  void limitAndOffsetMakeARange() {
    assertThat(QueryParameters.parse("limit=5&offset=10", false).ranges())
        .containsEntry("limit", new RowRange(10, 14));
    assertThat(QueryParameters.parse("limit=0", false).ranges())
        .containsEntry("limit", RowRange.NONE);
  }

  @Test
  void theCanonicalFormIsSorted() {
    assertThat(QueryParameters.parse("select=*&id=eq.1&a=is.null", false).canonical())
        .isEqualTo("a=is.null&id=eq.1&select=%2A");
  }

  private static List<Selected> select(String text) {
    return QueryParameters.parse("select=" + text, false).select();
  }

  private static void assertFault(String query, String message, String details) {
    RestFault fault =
        catchThrowableOfType(RestFault.class, () -> QueryParameters.parse(query, false));
    assertThat(fault).hasMessage(message);
    assertThat(fault.body()).containsEntry("details", details).containsEntry("code", "PGRST100");
  }
}
