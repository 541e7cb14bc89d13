package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.pipelines.ProjectFolder;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-PIPE-011")
class BuildRecoveryPostgresTest {
  @TempDir Path folder;
  private ShopDatabase shop;

  @BeforeEach
  void start() {
    shop = new ShopDatabase();
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  private Process startBuild() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            BuildProcess.class.getName(),
            folder.toString());
    builder.environment().put("TEST_URL", shop.database.url().revealed());
    builder.environment().put("TEST_KEY", shop.database.masterKey().encoded());
    return builder.redirectErrorStream(true).start();
  }

  private static void readUntil(Process process, String start) throws Exception {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(start)) {
        return;
      }
    }
    throw new AssertionError("the build ended before " + start);
  }

  @Test
  void aKilledBuildGoesOnWhereItStopped() throws Exception {
    ProjectFolder.shop(folder)
        .file(
            "models/schema.yml",
            "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]")
        .file("models/first.sql", "select * from {{ source('erp', 'sale_order') }}")
        .file(
            "models/second.sql",
            "select count(*) as n from {{ ref('first') }}, (select pg_sleep(30)) as slow")
        .file("models/third.sql", "select * from {{ ref('second') }}");
    Process build = startBuild();
    readUntil(build, "first DONE");
    build.destroyForcibly();
    assertThat(build.waitFor(30, TimeUnit.SECONDS)).isTrue();

    assertThat(shop.one("select to_regclass('silver_shop.second') is null")).isEqualTo("t");
    ProjectFolder.shop(folder)
        .file("models/second.sql", "select count(*) as n from {{ ref('first') }}");
    BuildReport report = shop.build(folder);
    assertThat(report.results())
        .extracting(result -> result.node().name() + " " + result.status())
        .containsExactly("first UNCHANGED", "second DONE", "third DONE");
    assertThat(shop.one("select n from silver_shop.third")).isEqualTo("3");
  }

  @Test
  void killedAnywhereItLosesAndDoublesNothing() throws Exception {
    ProjectFolder.shop(folder)
        .file(
            "models/schema.yml",
            "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]")
        .file(
            "models/log.sql",
            "{{ config(materialized='incremental') }}select id, _ipai_loaded_at as at from {{ source('erp', 'sale_order') }}"
                + "{% if is_incremental() %} where _ipai_loaded_at > (select max(at) from {{ this }}){% endif %}")
        .file("models/total.sql", "select count(*) as n from {{ ref('log') }}");
    int kills = Boolean.getBoolean("ipai.test.all") ? 25 : 3;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < kills; i++) {
      shop.load(
          "insert into bronze_erp.sale_order (id, amount) select 10 + "
              + i
              + " * 10 + g, 1 from generate_series(1, 10) g");
      Process build = startBuild();
      boolean ended = build.waitFor(400 + random.nextInt(2500), TimeUnit.MILLISECONDS);
      if (!ended) {
        build.destroyForcibly().waitFor();
      }
    }
    assertThat(shop.build(folder).succeeded()).isTrue();
    List<String> counts =
        shop.column("select count(*) || ' ' || count(distinct id) from silver_shop.log");
    String expected = (3 + kills * 10) + " " + (3 + kills * 10);
    assertThat(counts).as("seed " + seed).containsExactly(expected);
    assertThat(shop.one("select n from silver_shop.total"))
        .isEqualTo(String.valueOf(3 + kills * 10));
    assertThat(
            shop.one(
                "select (select id from ipai.model_run where unique_id = 'model.shop.log' and status = 'published' order by finished_at desc limit 1)::text"
                    + " = (select inputs->>'model.shop.log' from ipai.model_run where unique_id = 'model.shop.total' and status = 'published' order by finished_at desc limit 1)"))
        .isEqualTo("t");
  }
}
