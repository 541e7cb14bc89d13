package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers of rows that are kept along instead of counted. */
@Tag("REQ-CON-161")
class LiveRowsPostgresTest {
  private IngestFixture platform;

  @BeforeEach
  void start() throws SQLException {
    platform = new IngestFixture(java.nio.file.Path.of("."));
    execute(
        """
        create schema bronze_live;
        create table bronze_live.rows (id bigint primary key, _ipai_op text not null);
        insert into bronze_live.rows
        select i, case when i % 10 = 0 then 'd' else 'r' end from generate_series(1, 20000) i;
        alter schema bronze_live owner to ipai_loader;
        alter table bronze_live.rows owner to ipai_loader;
        insert into ipai.connector (name, type, domain, definition) values ('erp', 'odoo', 'live', '{}');
        insert into ipai.stream_state (connector, stream, schema_name, table_name, run_id)
        values ('erp', 'rows', 'bronze_live', 'rows', gen_random_uuid());
        """);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = platform.database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  private long[] counts(long... bounds) throws SQLException {
    StreamState state =
        new StreamState(
            "rows",
            QualifiedName.of("bronze_live", "rows"),
            TableShape.empty(),
            null,
            null,
            null,
            false,
            0,
            null,
            null,
            null);
    long[] counts = new long[bounds.length / 2];
    try (BronzeKeys keys =
        new BronzeKeys(platform.database.database(), "erp", state, "id", SyncMode.MERGE, true)) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = keys.count(bounds[2 * i], bounds[2 * i + 1]);
      }
      assertThat(keys.wasAsked()).isTrue();
    }
    return counts;
  }

  @Test
  void rangesAreCountedRightWithTheNumberAndWithoutIt() throws SQLException {
    long[] bounds = {0, 20_000, 0, Long.MAX_VALUE, 100, 20_000, 0, 19_000, 5, 19_995, 7_000, 7_010};
    long[] counted = counts(bounds);
    assertThat(counted).containsExactly(18_000, 18_000, 17_910, 17_100, 17_991, 9);
    execute("update ipai.stream_state set live_rows = 18000");
    assertThat(counts(bounds)).isEqualTo(counted);
  }

  @Test
  void wholeModelsAreNotCountedAgain() throws SQLException {
    execute("update ipai.stream_state set live_rows = 777777");
    assertThat(counts(0, Long.MAX_VALUE, 100, 20_000)).containsExactly(777_777, 777_687);
  }
}
