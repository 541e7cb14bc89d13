package ai.ipai.gateway.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-SERVER-006")
class TableQueryTest {
  private static String sql(String table, @Nullable String select, @Nullable String order) {
    return TableQuery.of(
            QualifiedName.of("gold_finance", table),
            Optional.ofNullable(select),
            Optional.ofNullable(order),
            10,
            20)
        .sql();
  }

  @Test
  void asksForOneRowMore() {
    assertThat(sql("pnl", "a,b", "a.desc,b"))
        .isEqualTo(
            "select t.\"a\", t.\"b\" from \"gold_finance\".\"pnl\" as t"
                + " order by t.\"a\" desc nulls last, t.\"b\" limit 11 offset 20");
    assertThat(sql("pnl", null, null)).startsWith("select t.* from");
  }

  @Test
  void aStrangeNameIsANameAndNothingElse() {
    String strange = "a\" ; drop table x; --";
    assertThat(sql(strange, strange, strange))
        .contains("\"gold_finance\".\"a\"\" ; drop table x; --\"")
        .contains("t.\"a\"\" ; drop table x; --\"");
  }

  @Test
  void schemasOutsideTheLayersAreNotThere() {
    for (String schema : new String[] {"ipai", "ipai_part", "auth", "pg_catalog", "public", ""}) {
      assertThatThrownBy(
              () ->
                  TableQuery.of(
                          QualifiedName.of(schema, "users"),
                          Optional.empty(),
                          Optional.empty(),
                          1,
                          0)
                      .sql())
          .isInstanceOf(IpaiException.class);
    }
  }
}
