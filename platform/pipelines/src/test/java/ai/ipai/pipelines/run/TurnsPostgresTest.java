package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.postgres.login.Login;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may write SQL, a model's for one, cannot keep others from publishing. */
@Tag("REQ-ACCESS-021")
class TurnsPostgresTest {
  private static final List<String> HELD =
      List.of(
          "select pg_advisory_lock(131, 1)",
          "select pg_advisory_lock(hashtextextended('publish orders', 1))",
          "select pg_advisory_lock(hashtextextended('publish silver_shop.orders', 1))",
          "select pg_advisory_lock(hashtextextended('publish public.orders', 1))",
          "select pg_advisory_lock(hashtextextended('ipai workspace', 1))",
          "select pg_advisory_lock(hashtextextended('publishing', 0))");

  private static final List<String> TURNS =
      List.of(
          "select ipai.take_turn('publishing')",
          "select 1 from ipai.turn for update",
          "select 1 from ipai.turn for share",
          "insert into ipai.turn values ('publishing')",
          "delete from ipai.turn",
          "lock table ipai.turn in access exclusive mode",
          "lock table ipai.turn in share mode",
          "lock table ipai.turn in access share mode");

  @TempDir Path folder;

  @Test
  void locksThatEverybodyMayTakeDoNotHoldPublishing() throws Exception {
    Path root =
        ProjectFolder.shop(folder)
            .file(
                "models/orders.sql",
                "select id, customer, amount from {{ source('erp', 'sale_order') }}")
            .file(
                "models/schema.yml",
                "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]\n")
            .root();
    try (ShopDatabase shop = new ShopDatabase()) {
      List<Connection> attackers = new ArrayList<>();
      try {
        for (Login login : logins()) {
          Connection attacker = shop.database.database().open(login);
          attackers.add(attacker);
          attacker.setAutoCommit(false);
          attack(attacker, login);
        }
        CompletableFuture<BuildReport> build =
            CompletableFuture.supplyAsync(
                () ->
                    shop.runner()
                        .build(
                            root,
                            BuildOptions.standard(root.resolve("target")),
                            new BuildListener() {}));
        assertThat(build.get(60, TimeUnit.SECONDS).results())
            .isNotEmpty()
            .allMatch(result -> result.status() == NodeStatus.DONE);
      } finally {
        for (Connection attacker : attackers) {
          attacker.rollback();
          attacker.close();
        }
      }
    }
  }

  /** Its transaction stays open, and with it all that it got hold of. */
  private static void attack(Connection attacker, Login login) throws SQLException {
    try (Statement statement = attacker.createStatement()) {
      for (String lock : HELD) {
        statement.execute(lock.replace("pg_advisory_lock", "pg_try_advisory_lock"));
      }
      for (String turn : TURNS) {
        statement.execute("savepoint before");
        assertThatThrownBy(() -> statement.execute(turn))
            .as("%s: %s", login.role(), turn)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        statement.execute("rollback to savepoint before");
      }
    }
  }

  private static List<Login> logins() {
    return Arrays.stream(Login.values())
        .filter(login -> login != Login.PUBLISHER && login != Login.LOADER)
        .toList();
  }
}
