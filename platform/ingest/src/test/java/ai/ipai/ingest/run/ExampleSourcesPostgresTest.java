package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.file.FileConnectorType;
import ai.ipai.connectors.github.GithubConnectorType;
import ai.ipai.connectors.github.GithubReplayServer;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example company's files and its GitHub repository, from where they lie to bronze. */
@Tag("REQ-CON-032")
class ExampleSourcesPostgresTest {
  private static final Path WORKSPACE = IngestFixture.ROOT.resolve("examples/company");

  @Test
  @Tag("REQ-CON-002")
  void filesLandOnceAndAreSwappedInByAFullRefreshWithTheirRights() throws Exception {
    try (IngestFixture fixture = new IngestFixture(WORKSPACE, new FileConnectorType())) {
      fixture.apply(definition("files"));
      SyncReport first = fixture.sync("files", SyncOptions.of("user:test"));
      assertThat(first.counts().inserted()).isEqualTo(86_837 + 2_400 + 1_560 + 10_281 + 25);
      assertThat(first.counts().rescued()).isZero();
      SyncReport second = fixture.sync("files", SyncOptions.of("user:test"));
      assertThat(second.counts().changed()).isZero();
      assertThat(fixture.value("select sum(store_sales) from bronze_files.sales"))
          .isEqualTo("565238.1300");
      assertThat(
              fixture.value(
                  "select pg_typeof(sku) || ' ' || (class ->> 'family') from bronze_files.products where product_id = 1"))
          .isEqualTo("text Drink");

      try (Connection owner = fixture.database.superuser();
          Statement statement = owner.createStatement()) {
        statement.execute("grant select on bronze_files.stores to ipai_data_engineer");
        statement.execute(
            "create policy by_hand on bronze_files.stores for select to ipai_data_engineer using (store_id > 0)");
      }
      fixture.sync("files", SyncOptions.of("user:test").withFullRefresh());
      assertThat(fixture.value("select count(*) from bronze_files.stores")).isEqualTo("25");
      assertThat(
              fixture.rows(
                  "select policyname from pg_policies where schemaname = 'bronze_files' and tablename = 'stores' order by 1"))
          .containsExactly(List.of("by_hand"), List.of("ipai_builder"), List.of("ipai_loader"));
      assertThat(
              fixture.value(
                  "select has_table_privilege('ipai_data_engineer', 'bronze_files.stores', 'select')"
                      + " and not has_table_privilege('ipai_data_engineer', 'bronze_files._ipai_prev_stores', 'select')"))
          .isEqualTo("t");
      assertThat(fixture.rows("select * from ipai.unprotected() where object like 'bronze%'"))
          .isEmpty();
    }
  }

  @Test
  @Tag("REQ-CON-040")
  void githubPagesAreReadOnceAndALimitIsWaitedFor() throws Exception {
    try (IngestFixture fixture = new IngestFixture(WORKSPACE, new GithubConnectorType());
        GithubReplayServer server =
            GithubReplayServer.start(WORKSPACE.resolve("sources/github"), 0)) {
      Map<String, @Nullable Object> raw = new LinkedHashMap<>(definition("github").raw());
      Map<String, @Nullable Object> connection =
          new LinkedHashMap<>(definition("github").connection());
      connection.put("url", server.url().toString());
      raw.put("connection", connection);
      fixture.apply(ConnectorDefinition.of("github", raw));
      server.limitNext(2);
      fixture.sync("github", SyncOptions.of("user:test"));
      assertThat(
              fixture.rows(
                  """
                  select (select count(*) from bronze_github.workflow_runs),
                    (select count(*) from bronze_github.deployments),
                    (select count(*) from bronze_github.deployment_statuses),
                    (select count(*) from bronze_github.pull_requests),
                    (select count(*) from bronze_github.releases)
                  """))
          .containsExactly(List.of("347", "176", "352", "299", "176"));
      int requests = server.requests();
      SyncReport second = fixture.sync("github", SyncOptions.of("user:test"));
      assertThat(second.counts().changed()).isZero();
      assertThat(server.requests() - requests).isLessThan(requests);
    }
  }

  private static ConnectorDefinition definition(String name) {
    Faults faults = new Faults();
    return ConnectorFile.read(WORKSPACE, WORKSPACE.resolve("connectors/" + name + ".yaml"), faults)
        .orElseThrow(() -> new AssertionError(faults));
  }
}
