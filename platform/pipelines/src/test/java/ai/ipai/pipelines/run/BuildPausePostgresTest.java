package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.testing.disk.FakeDisk;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 30: a build begins nothing new on a disk that is nearly full, and goes on by itself. */
@Tag("REQ-DB-013")
class BuildPausePostgresTest {
  @TempDir Path folder;

  @Test
  void aBuildWaitsForRoomAndThenPublishes() throws Exception {
    Path root =
        ProjectFolder.shop(folder)
            .file(
                "models/orders.sql",
                "select id, customer, amount from {{ source('erp', 'sale_order') }}")
            .file(
                "models/schema.yml",
                "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]\n")
            .root();
    FakeDisk disk = new FakeDisk();
    disk.fill(93);
    CompletableFuture<String> told = new CompletableFuture<>();
    BuildListener listener =
        new BuildListener() {
          @Override
          public void message(String text) {
            told.complete(text);
          }
        };
    try (ShopDatabase shop = new ShopDatabase()) {
      CompletableFuture<BuildReport> build =
          CompletableFuture.supplyAsync(
              () ->
                  shop.runner(disk.guard())
                      .build(root, BuildOptions.standard(root.resolve("target")), listener));
      assertThat(told.get(60, TimeUnit.SECONDS)).contains("93 % full", "by itself");
      assertThat(build).isNotDone();
      disk.fill(40);
      assertThat(build.get(60, TimeUnit.SECONDS).results())
          .allMatch(result -> result.status() == NodeStatus.DONE);
      assertThat(shop.column("select count(*) from ipai.model_run where status = 'done'"))
          .isNotEmpty();
    }
  }
}
