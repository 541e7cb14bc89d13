package ai.ipai.ingest.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ColumnRules;
import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-063")
class ColumnFilterTest {
  private static StreamDescriptor stream(ReadMode... modes) {
    return new StreamDescriptor(
        "people",
        List.of(SourceColumn.of("id", ColumnType.BIGINT), SourceColumn.of("mail", ColumnType.TEXT)),
        List.of("id"),
        Set.of(modes),
        "");
  }

  private static ColumnFilter hashing(String column, StreamDescriptor stream) {
    ColumnRules rules = new ColumnRules(Set.of(), Set.of(), Set.of(column), "secret://s/h");
    return ColumnFilter.of(rules, stream, reference -> "key");
  }

  @Test
  void aKeyByWhichDeletionsAreFoundIsNotHashed() {
    StreamDescriptor swept = stream(ReadMode.SNAPSHOT, ReadMode.CHANGES, ReadMode.RECONCILE);
    assertThatThrownBy(() -> hashing("id", swept))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(IngestErrors.DEFINITION);
              assertThat(e.facts()).containsEntry("column", "id");
              assertThat(e.hint()).isNotBlank();
            });
    hashing("mail", swept);
    hashing("id", stream(ReadMode.SNAPSHOT, ReadMode.CHANGES));
  }

  @Test
  void equalNumbersHashAlikeAndHugeOnesTakeNoRoom() {
    KeyedHash hash = new KeyedHash("key");
    assertThat(hash.of(new BigDecimal("1.50"))).isEqualTo(hash.of(new BigDecimal("1.5")));
    assertThat(hash.of(new BigDecimal("150"))).isEqualTo(hash.of(150L));
    assertThat(hash.of(new BigDecimal("1e999999999")))
        .isEqualTo(hash.of(new BigDecimal("10e999999998")))
        .isNotEqualTo(hash.of(new BigDecimal("1e-999999999")));
    assertThat(hash.of(new BigDecimal("100e2147483647"))).hasSize(64);
  }

  @Test
  void cellsThatStayGoOnAndOnlyWhatIsHashedIsRead() {
    List<SourceColumn> columns =
        List.of(
            SourceColumn.of("id", ColumnType.BIGINT),
            SourceColumn.of("gone", ColumnType.TEXT),
            SourceColumn.of("mail", ColumnType.TEXT),
            SourceColumn.of("name", ColumnType.TEXT));
    ByteSink cells = new ByteSink(16);
    int[] ends = new int[3];
    for (int row = 0; row < 2; row++) {
      CellWriter.write(7L + row, cells);
      cells.lengthAndText("dropped");
      if (row == 0) {
        cells.lengthAndText("a@example.org");
      } else {
        cells.int32(-1);
      }
      cells.lengthAndText("größe");
      ends[row] = cells.length();
    }
    ends[2] = cells.length();
    SourceRow odd = SourceRow.present("nine", "dropped", "b@example.org", null);
    EncodedRows rows =
        new EncodedRows(
            cells.array(),
            ends,
            3,
            4,
            Map.of(2, odd),
            (column, bytes, at, length) ->
                column == 0
                    ? (Object) ByteBuffer.wrap(bytes, at, length).getLong()
                    : new String(bytes, at, length, StandardCharsets.UTF_8));
    ColumnRules rules = new ColumnRules(Set.of(), Set.of("gone"), Set.of("mail"), "secret://s/h");
    ColumnFilter filter =
        ColumnFilter.of(
            rules,
            new StreamDescriptor("p", columns, List.of("id"), Set.of(ReadMode.SNAPSHOT), ""),
            reference -> "key");
    RecordBatch landed = filter.apply(RecordBatch.of(columns, rows, new Cursor("{}")));
    KeyedHash hash = new KeyedHash("key");
    assertThat(landed.rows()).isInstanceOf(EncodedRows.class);
    assertThat(landed.columns())
        .extracting(SourceColumn::name)
        .containsExactly("id", "mail", "name");
    assertThat(landed.rows().stream().map(ColumnFilterTest::values))
        .containsExactly(
            Arrays.asList(7L, hash.of("a@example.org"), "größe"),
            Arrays.asList(8L, null, "größe"),
            Arrays.asList("nine", hash.of("b@example.org"), null));
  }

  private static List<@Nullable Object> values(SourceRow row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.width(); i++) {
      values.add(row.value(i));
    }
    return values;
  }
}
