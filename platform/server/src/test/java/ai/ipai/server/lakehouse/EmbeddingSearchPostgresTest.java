package ai.ipai.server.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.console.view.SearchHit;
import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-PIPE-009")
class EmbeddingSearchPostgresTest {
  private static final Caller READER =
      new Caller(
          "u",
          "authenticated",
          "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_ai_engineer\"]}}",
          "r",
          "u");

  /** Two dimensions, which do for meaning here. */
  private static final class North implements TextEmbedder {
    @Override
    public String name() {
      return "north";
    }

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
      return texts.stream().map(_ -> new float[] {0, 1}).toList();
    }
  }

  @Test
  void arraysOfOtherLengthsAndColumnsOfAnyNameAreNoHindrance() throws SQLException {
    try (TestDatabase database = TestPostgres.create()) {
      try (Statement statement = database.superuser().createStatement()) {
        statement.execute(
            """
            create schema platinum_a;
            grant usage on schema platinum_a to authenticated, ipai_ai_engineer;
            create table platinum_a.measure (id int, samples real[]);
            create table platinum_a.note (id int, title text, similarity text, t text, ranked text, vector real[]);
            insert into platinum_a.measure values (1, '{1,2,3}'), (2, '{}'), (3, null);
            insert into platinum_a.note values (1, 'east', 'x', 'y', 'z', '{1,0}'), (2, 'north', 'x', 'y', 'z', '{0,1}'),
              (3, 'short', 'x', 'y', 'z', '{1}');
            grant select on platinum_a.measure, platinum_a.note to authenticated, ipai_ai_engineer;
            """);
      }
      MeaningSearch.Question question = new EmbeddingSearch(North::new).question("up");
      List<SearchHit> hits =
          new CallerTransactions(database.database())
              .run(READER, CallerOptions.reading(), connection -> question.nearest(connection, 5));
      assertThat(hits).extracting(SearchHit::title).containsExactly("north", "east");
    }
  }
}
