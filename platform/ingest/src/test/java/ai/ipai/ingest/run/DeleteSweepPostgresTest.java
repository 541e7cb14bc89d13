package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A table that is read by a cursor; its deletions are found in each run. */
@Tag("REQ-CON-170")
class DeleteSweepPostgresTest {
  private static LoggedShop shop;
  private IngestFixture platform;

  @BeforeAll
  static void open() {
    shop = new LoggedShop();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void start() {
    platform = LoggedShop.platform();
    shop.execute(
        "create table orders (id bigint primary key, version bigint, t text)",
        "insert into orders select i, i, 't' from generate_series(1, 1000) i");
  }

  @AfterEach
  void stop() {
    platform.close();
    shop.clear();
  }

  private static ConnectorDefinition definition(Map<String, @Nullable Object> options) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(options);
    all.put("cursor", "version");
    all.put("overlap", 0L);
    ConnectorDefinition plain = shop.definition(Map.of(), Map.of("orders", all));
    Map<String, @Nullable Object> raw = new LinkedHashMap<>(plain.raw());
    Map<String, @Nullable Object> connection = new LinkedHashMap<>(plain.connection());
    connection.remove("log");
    raw.put("connection", connection);
    return ConnectorDefinition.of("shop", raw);
  }

  private void begin(Map<String, @Nullable Object> options) throws Exception {
    platform.apply(definition(options));
    sync();
    // The first run after a first reading also reconciles; from then on only keys are compared.
    sync();
  }

  private SyncReport sync() {
    return platform.sync("shop", SyncOptions.of("test"));
  }

  private String deleted() throws Exception {
    return platform.value(
        "select coalesce(string_agg(id::text, ',' order by id), '') from bronze_shop.orders where"
            + " _ipai_op = 'd'");
  }

  @Test
  void whatIsGoneIsMarkedAndWhatComesBackIsNot() throws Exception {
    begin(Map.of("mode", "merge", "deletes", "each_run"));
    shop.execute(
        "delete from orders where id in (1, 77, 1000)",
        "update orders set t = 'changed', version = 2000 where id = 5",
        "insert into orders values (1001, 2001, 'new')");
    SyncReport report = sync();
    assertThat(report.counts().deleted()).isEqualTo(3);
    assertThat(deleted()).isEqualTo("1,77,1000");
    assertThat(platform.value("select t from bronze_shop.orders where id = 77")).isEqualTo("t");
    shop.execute("insert into orders values (77, 3000, 'again')");
    sync();
    assertThat(deleted()).isEqualTo("1,1000");
    assertThat(platform.value("select count(*) from bronze_shop.orders where _ipai_op <> 'd'"))
        .isEqualTo(shop.value("select count(*) from orders"));
    assertThat(sync().counts().changed()).isZero();
  }

  @Test
  void withoutItDeletionsWaitForTheNextReconciliation() throws Exception {
    begin(Map.of("mode", "merge"));
    shop.execute("delete from orders where id = 77");
    sync();
    assertThat(deleted()).isEmpty();
    platform.sync("shop", SyncOptions.of("test").withReconcile());
    assertThat(deleted()).isEqualTo("77");
  }

  @Test
  void aHistoryEndsTheVersionThatIsGone() throws Exception {
    begin(Map.of("mode", "history", "deletes", "each_run"));
    shop.execute("delete from orders where id = 77");
    sync();
    assertThat(
            platform.value(
                "select count(*) from bronze_shop.orders where id = 77 and _ipai_op = 'd' and"
                    + " _ipai_valid_to is not null"))
        .isEqualTo("1");
    assertThat(
            platform.value("select count(*) from bronze_shop.orders where _ipai_valid_to is null"))
        .isEqualTo("999");
  }

  @Test
  void soManyAreNotBelievedAndTheChangesAreStoredAllTheSame() throws Exception {
    begin(Map.of("mode", "merge", "deletes", "each_run"));
    shop.execute(
        "delete from orders where id <= 600",
        "update orders set t = 'changed', version = 2000 where id = 1000");
    assertThatThrownBy(this::sync)
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.MASS_DELETE));
    assertThat(deleted()).isEmpty();
    assertThat(platform.value("select t from bronze_shop.orders where id = 1000"))
        .isEqualTo("changed");
    platform.sync("shop", SyncOptions.of("test").withMassDeleteAllowed());
    assertThat(platform.value("select count(*) from bronze_shop.orders where _ipai_op = 'd'"))
        .isEqualTo("600");
  }

  @Test
  void whatASweepMarkedIsUndone() throws Exception {
    begin(Map.of("mode", "merge", "deletes", "each_run"));
    shop.execute("delete from orders where id in (1, 77)");
    SyncReport report = sync();
    assertThat(deleted()).isEqualTo("1,77");
    new RunUndo(platform.database.database(), (c, entry) -> {})
        .undo(report.runId().toString(), "user:test");
    assertThat(deleted()).isEmpty();
  }

  @Test
  void whereItCannotBeDoneTheFileSaysSo() {
    assertThatThrownBy(
            () -> {
              platform.apply(withoutCursor());
              sync();
            })
        .isInstanceOf(IpaiException.class)
        .hasMessageContaining("deletes")
        .hasMessageContaining("needs a cursor");
  }

  private static ConnectorDefinition withoutCursor() {
    return shop.definition(Map.of(), Map.of("orders", Map.of("deletes", "each_run")));
  }
}
