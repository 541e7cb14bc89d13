package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LostPlacePostgresTest {
  private static final SyncOptions NOW = SyncOptions.of("user:test");

  private final ScriptedSource source = new ScriptedSource();

  private static List<SourceRow> rows(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(id -> SourceRow.present(id)).toList();
  }

  private static void apply(IngestFixture fixture, String mode) throws SQLException {
    fixture.apply(
        ConnectorDefinition.of(
            "s",
            Map.of(
                "type", "scripted", "streams", List.of(Map.of("name", "things", "mode", mode)))));
  }

  @Test
  @Tag("REQ-CON-087")
  void whatWasReadBesideBeginsAnewWhereTheSourceLostItsPlace() throws SQLException {
    try (IngestFixture fixture = new IngestFixture(Path.of("."), source)) {
      source.columns = List.of(SourceColumn.of("id", ColumnType.BIGINT));
      source.key = List.of();
      source.modes = Set.of(ReadMode.SNAPSHOT);
      source.rows = rows(1, 9);
      source.failsAfter = 4;
      apply(fixture, "full_refresh");
      assertThatThrownBy(() -> fixture.sync("s", NOW)).isInstanceOf(IpaiException.class);
      source.failsAfter = -1;
      source.losesItsPlace = true;
      source.rows = rows(0, 9);
      SyncReport report = fixture.sync("s", NOW);
      assertThat(fixture.value("select string_agg(id::text, ' ' order by id) from bronze_s.things"))
          .isEqualTo("0 1 2 3 4 5 6 7 8 9");
      assertThat(report.counts().read()).isEqualTo(10);
      assertThat(report.counts().inserted()).isEqualTo(10);
    }
  }

  @Test
  @Tag("REQ-CON-088")
  void columnsForWhichATableHasNoRoomAreRescued() throws SQLException {
    try (IngestFixture fixture = new IngestFixture(Path.of("."), source)) {
      source.key = List.of("id");
      source.modes = Set.of(ReadMode.SNAPSHOT);
      List<SourceColumn> columns = new ArrayList<>();
      columns.add(SourceColumn.of("id", ColumnType.BIGINT));
      List<Object> values = new ArrayList<>();
      values.add(1L);
      for (int i = 0; i < 2_000; i++) {
        columns.add(SourceColumn.of("c" + i, ColumnType.BIGINT));
        values.add(i % 100 == 0 ? (Object) 7L : null);
      }
      source.columns = columns;
      source.rows = List.of(SourceRow.present(values.toArray()));
      apply(fixture, "merge");
      fixture.sync("s", NOW);
      assertThat(fixture.value("select c1400::text from bronze_s.things")).isEqualTo("7");
      assertThat(fixture.value("select _ipai_rescued -> 'c1900' ->> 'value' from bronze_s.things"))
          .isEqualTo("7");
      assertThat(fixture.sync("s", NOW).counts().changed()).isZero();
    }
  }
}
