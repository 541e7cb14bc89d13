package ai.ipai.ingest.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ColumnRules;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
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
}
