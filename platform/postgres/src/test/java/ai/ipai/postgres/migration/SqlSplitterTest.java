package ai.ipai.postgres.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-DB-030")
class SqlSplitterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'a;b'",
        "select 'it''s; here'",
        "select E'a\\';b'",
        "select e'\\\\'';'",
        "select '\\'",
        "select \"a;\"\"b\" from t",
        "select $$a;b$$",
        "select $tag$a;$$;b$tag$",
        "select $1",
        "select 1 -- not ; here\n + 1",
        "select /* ; /* nested ; */ ; */ 1",
        "create rule r as on insert to t do also (select 1; select 2)",
        "create function f() returns int language sql begin atomic select 1; select case when"
            + " true then 1 end; end",
        "create or replace procedure p() begin atomic insert into t values (1); end",
        "do $do$ begin perform 1; end; $do$",
        "select a$b$c from t where x = 'y;'",
        "select U&'d\\0061t;'",
        "select 'ünïcode;', \"ı;\""
      })
  void aSemicolonInsideDoesNotEndTheStatement(String statement) {
    assertThat(texts(statement + ";\nselect 2;")).containsExactly(statement, "select 2");
  }

  @Test
  void beginWithoutAtomicIsNoBody() {
    assertThat(texts("begin; select 1; end;")).containsExactly("begin", "select 1", "end");
  }

  @Test
  void aColumnNamedAtomicIsNoBody() {
    assertThat(texts("select begin, atomic from t; select 2"))
        .containsExactly("select begin, atomic from t", "select 2");
  }

  @Test
  void spaceAndCommentsAloneAreNoStatement() {
    assertThat(texts("\uFEFF -- only\n;;\n/* and */ ; \n")).isEmpty();
  }

  @Test
  void aCommentBelongsToTheStatementThatFollows() {
    assertThat(texts("select 1;\n-- why\nselect 2;"))
        .containsExactly("select 1", "-- why\nselect 2");
  }

  @Test
  void theLineIsThatOfTheFirstWord() {
    List<SqlStatement> statements = SqlSplitter.split("select 1;\n\n-- why\n\nselect 2;");

    assertThat(statements).extracting(SqlStatement::line).containsExactly(1, 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1;\nselect 'open",
        "select 1;\nselect $x$ open $$",
        "select 1;\n/* open /* */",
        "select 1;\nselect \"open",
        "select 1;\ncreate function f() begin atomic select 1;"
      })
  void whatIsNeverClosedIsNamedWithItsLine(String sql) {
    assertThatThrownBy(() -> SqlSplitter.split(sql))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.MIGRATION_SYNTAX);
              assertThat(refused.facts()).containsEntry("line", "2");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"begin", "COMMIT", "-- x\nrollback", "start  transaction", "/* a */ END", "abort"})
  void transactionControlIsRefused(String statement) {
    assertThatThrownBy(() -> TransactionControl.refuse(new SqlStatement(statement, 7)))
        .isInstanceOfSatisfying(
            IpaiException.class, refused -> assertThat(refused.facts()).containsEntry("line", "7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rollback to savepoint a", "do $$ begin end $$", "prepare x as select 1"})
  void whatOnlyLooksLikeTransactionControlIsNot(String statement) {
    TransactionControl.refuse(new SqlStatement(statement, 1));
  }

  private static List<String> texts(String sql) {
    return SqlSplitter.split(sql).stream().map(SqlStatement::text).toList();
  }
}
