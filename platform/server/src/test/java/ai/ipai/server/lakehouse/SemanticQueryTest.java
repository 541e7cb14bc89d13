package ai.ipai.server.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.gateway.http.Json;
import ai.ipai.spi.error.IpaiException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-SERVER-007")
class SemanticQueryTest {
  private static final String MODEL =
      """
      {"table": "gold_finance.pnl",
       "dimensions": [{"name": "month", "type": "time"}, {"name": "section"},
         {"name": "section_order", "type": "number"}, {"name": "kind", "column": "entry_kind"}],
       "measures": [
         {"name": "income", "aggregate": "sum", "column": "amount", "where": {"kind": "income"}},
         {"name": "entries", "aggregate": "count"},
         {"name": "people", "aggregate": "count_distinct", "column": "partner_id"},
         {"name": "balance", "aggregate": "last", "column": "balance"}]}
      """;

  private static String sql(String tile) {
    return SemanticQuery.of(Json.read(tile), Json.read(MODEL)).sql();
  }

  @Test
  void groupsMeasuresByDimensions() {
    assertThat(
            sql(
                "{\"by\": [\"month\", \"section\", \"section_order\"], \"measures\": [\"income\", \"entries\"]}"))
        .isEqualTo(
            "select t.\"month\", t.\"section\", t.\"section_order\","
                + " sum(t.\"amount\") filter (where t.\"kind\"::text = ?), count(*)"
                + " from \"gold_finance\".\"pnl\" as t group by 1, 2, 3 order by 3, 1, 2 limit 1001");
  }

  @Test
  void withoutDimensionsThereIsOneRow() {
    assertThat(sql("{\"measures\": [\"people\"]}"))
        .isEqualTo(
            "select count(distinct t.\"partner_id\") from \"gold_finance\".\"pnl\" as t limit 1001");
  }

  @Test
  void aLimitMakesARanking() {
    assertThat(sql("{\"by\": [\"section\"], \"measures\": [\"income\"], \"limit\": 5}"))
        .endsWith("group by 1 order by 2 desc nulls last, 1 limit 6");
  }

  @Test
  void aTileSortsByWhatItNames() {
    String tile =
        "{\"by\": [\"month\", \"section\"], \"measures\": [\"income\", \"entries\"], \"sort\": ";
    assertThat(sql(tile + "\"-entries\", \"limit\": 5}"))
        .endsWith("order by 4 desc nulls last, 1, 2 limit 6");
    assertThat(sql(tile + "\"section\"}")).endsWith("order by 2 nulls last, 1, 2 limit 1001");
    assertThatThrownBy(() -> sql(tile + "\"1; drop table x\"}")).isInstanceOf(IpaiException.class);
  }

  @Test
  void theLastValueGoesByTime() {
    assertThat(sql("{\"by\": [\"section\"], \"measures\": [\"balance\"]}"))
        .contains("(array_agg(t.\"balance\" order by t.\"month\" desc nulls last))[1]");
  }

  @Test
  void valuesAreBoundAndNeverWritten() {
    String evil = "x' or true --";
    String sql =
        sql("{\"measures\": [\"entries\"], \"where\": {\"kind\": [\"" + evil + "\", \"y\"]}}");
    assertThat(sql).contains("t.\"entry_kind\"::text in (?, ?)").doesNotContain(evil);
  }

  @Test
  void whatTheModelDoesNotDeclareIsRefused() {
    assertThatThrownBy(() -> sql("{\"measures\": [\"nothing\"]}"))
        .isInstanceOf(IpaiException.class);
    assertThatThrownBy(() -> sql("{\"by\": [\"amount\"], \"measures\": [\"entries\"]}"))
        .isInstanceOf(IpaiException.class);
  }
}
