package ai.ipai.pipelines.run;

import ai.ipai.pipelines.embedding.TextEmbedder;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.login.Login;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database with one landed table, {@code bronze_erp.sale_order} of three rows. */
final class ShopDatabase implements AutoCloseable {
  final TestDatabase database = TestPostgres.create();
  final List<String> embedded = new ArrayList<>();

  ShopDatabase() {
    load(
        """
        create schema bronze_erp;
        grant usage on schema bronze_erp to ipai_builder;
        create table bronze_erp.sale_order (
          id bigint, customer text, amount numeric, updated_at timestamp, _ipai_run_id uuid default gen_random_uuid(),
          _ipai_loaded_at timestamptz default clock_timestamp(), _ipai_op text default 'r', _ipai_rescued jsonb);
        alter table bronze_erp.sale_order enable row level security;
        alter table bronze_erp.sale_order force row level security;
        create policy p on bronze_erp.sale_order for all to ipai_loader using (true) with check (true);
        create policy b on bronze_erp.sale_order for select to ipai_builder using (true);
        grant select on bronze_erp.sale_order to ipai_builder;
        insert into bronze_erp.sale_order (id, customer, amount, updated_at) values
          (1, 'Ada', 10, '2026-01-01'), (2, 'Bo', 20, '2026-01-02'), (3, 'Cy', 30, '2026-01-03');
        """);
  }

  /** As the loader. */
  void load(String sql) {
    try (Connection connection = database.database().open(Login.LOADER);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The first column, seen by a superuser. */
  List<String> column(String sql) {
    List<String> values = new ArrayList<>();
    Connection connection = database.superuser();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return values;
  }

  String one(String sql) {
    return column(sql).getFirst();
  }

  /** Counts letters: enough to see what was embedded and when. */
  private final class CountingEmbedder implements TextEmbedder {
    @Override
    public String name() {
      return "letters";
    }

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
      if (texts.contains("too much")) {
        throw new OutOfMemoryError("of the test");
      }
      embedded.addAll(texts);
      return texts.stream()
          .map(text -> text.startsWith("A") ? new float[] {1, 0} : new float[] {0, 1})
          .toList();
    }
  }

  PipelineRunner runner(DiskGuard disk) {
    return new PipelineRunner(database.databaseOn(disk), new CountingEmbedder());
  }

  PipelineRunner runner() {
    return new PipelineRunner(database.database(), new CountingEmbedder());
  }

  BuildReport build(Path project) {
    return build(project, BuildOptions.standard(project.resolve("target")));
  }

  BuildReport build(Path project, BuildOptions options) {
    return runner().build(project, options, BuildListener.NONE);
  }

  /** A build in which nothing fails. */
  void succeed(Path project) {
    BuildReport report = build(project);
    for (NodeResult result : report.results()) {
      if (result.status() == NodeStatus.FAILED) {
        throw new AssertionError(result.node().name() + ": " + result.message());
      }
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
