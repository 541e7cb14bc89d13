package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.embedding.LocalEmbedder;
import ai.ipai.pipelines.embedding.SemanticSearch;
import ai.ipai.pipelines.embedding.SemanticSearch.Question;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.spi.name.QualifiedName;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-PIPE-012")
class SemanticSearchPostgresTest {
  private static final QualifiedName DOCUMENTS = QualifiedName.of("platinum_shop", "document");

  @TempDir Path folder;
  private ShopDatabase shop;

  @BeforeEach
  void build() throws SQLException {
    shop = new ShopDatabase();
    ProjectFolder.shop(folder)
        .file(
            "models/document.sql",
            """
            {{ config(schema='platinum_shop', embedding={'column': 'body'}) }}
            select * from (values (1, 'open', 'The customer has not paid the invoice'), (2, 'open', 'A recipe for apple pie'),
              (3, 'secret', 'Payment of the bill is overdue'), (4, 'open', null)) as d (id, kind, body)
            """);
    BuildReport report =
        new PipelineRunner(shop.database.database(), new LocalEmbedder())
            .build(folder, BuildOptions.standard(folder.resolve("target")), BuildListener.NONE);
    assertThat(report.succeeded()).as(report.results().toString()).isTrue();
    try (Statement statement = shop.database.superuser().createStatement()) {
      statement.execute(
          """
          grant usage on schema platinum_shop to authenticated;
          grant select on platinum_shop.document to authenticated;
          create policy readers on platinum_shop.document for select to authenticated
            using (kind = 'open' or (select ipai.has_role('ipai_ai_engineer')));
          """);
    }
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  private List<String> search(String roles, String text) {
    Caller caller =
        new Caller(
            "u",
            "authenticated",
            "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[" + roles + "]}}",
            "r",
            "u");
    return new SemanticSearch(new CallerTransactions(shop.database.database()), new LocalEmbedder())
        .search(caller, new Question(DOCUMENTS, "embedding", text, 2)).stream()
            .map(hit -> Objects.requireNonNull(hit.values().get("id")))
            .toList();
  }

  @Test
  void rowsAreRankedByMeaningAmongThoseTheCallerMaySee() {
    assertThat(search("\"ipai_ai_engineer\"", "unpaid invoice overdue"))
        .containsExactlyInAnyOrder("1", "3");
    assertThat(search("", "unpaid invoice overdue")).containsExactly("1", "2");
    assertThat(search("", "baking")).containsExactly("2", "1");
  }

  @Test
  void whatIsForbiddenLooksAbsent() {
    Caller anonymous = Caller.anonymous("r");
    SemanticSearch search =
        new SemanticSearch(new CallerTransactions(shop.database.database()), new LocalEmbedder());
    for (QualifiedName name :
        List.of(
            DOCUMENTS,
            QualifiedName.of("platinum_shop", "nothing"),
            QualifiedName.of("ipai", "embedding_cache"))) {
      assertThatThrownBy(() -> search.search(anonymous, new Question(name, "embedding", "x", 5)))
          .hasMessage("there is no embedding " + name + ".embedding to search");
    }
  }
}
