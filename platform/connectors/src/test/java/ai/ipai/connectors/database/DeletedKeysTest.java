package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.LoadedKeys;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys of both sides beside each other. */
@Tag("REQ-CON-170")
class DeletedKeysTest {
  private static final List<SourceColumn> COLUMNS =
      List.of(SourceColumn.of("id", ColumnType.BIGINT));

  private final TreeSet<Long> bronze = new TreeSet<>();
  private final List<Long> source = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();
  private int passes;

  /** As bronze answers. */
  private final class Bronze implements LoadedKeys {
    @Override
    public long count(long after, long upTo) {
      throw new AssertionError("nothing is counted");
    }

    @Override
    public OptionalLong highest() {
      throw new AssertionError("nothing is counted");
    }

    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public Ascending ascending(long after) {
      Iterator<Long> keys = bronze.tailSet(after, false).iterator();
      Ascending ascending =
          new Ascending() {
            private long key;

            @Override
            public boolean next() {
              boolean has = keys.hasNext();
              key = has ? keys.next() : key;
              return has;
            }

            @Override
            public long key() {
              return key;
            }

            @Override
            public void close() {
              open.remove(this);
            }
          };
      open.add(ascending);
      return ascending;
    }
  }

  /** Pages of three keys, an empty one among them. */
  private final class Pages implements BatchReader {
    private final Iterator<Long> keys;
    private int page;

    Pages(long after) {
      passes++;
      open.add(this);
      keys = source.stream().filter(key -> key > after).iterator();
    }

    @Override
    public StreamDescriptor stream() {
      return new StreamDescriptor("orders", COLUMNS, List.of("id"), Set.of(ReadMode.SNAPSHOT), "");
    }

    @Override
    public OptionalLong expectedRows() {
      return OptionalLong.empty();
    }

    @Override
    public @Nullable RecordBatch next() {
      if (!keys.hasNext()) {
        return null;
      }
      List<SourceRow> rows = new ArrayList<>();
      boolean isEmpty = page++ == 1;
      while (!isEmpty && rows.size() < 3 && keys.hasNext()) {
        rows.add(SourceRow.present(new @Nullable Object[] {keys.next()}));
      }
      return RecordBatch.of(COLUMNS, rows, new Cursor("{}"));
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }

  private List<KeysGone> found(int most) {
    DeletedKeys search = new DeletedKeys(new Bronze(), Pages::new, cancellation, most);
    List<KeysGone> all = new ArrayList<>();
    for (KeysGone gone = search.next(); gone != null; gone = search.next()) {
      // The loader may have to wait for what is being read, and the reader for the loader.
      assertThat(open).isEmpty();
      all.add(gone);
    }
    assertThat(open).isEmpty();
    return all;
  }

  private static List<Long> keys(List<KeysGone> found) {
    return found.stream().flatMap(gone -> gone.keys().stream()).toList();
  }

  @Test
  void whateverBothSidesHaveTheDifferenceIsFound() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      bronze.clear();
      source.clear();
      TreeSet<Long> there = new TreeSet<>();
      long range = 1L + random.nextInt(60);
      for (int i = random.nextInt(40); i > 0; i--) {
        bronze.add(random.nextLong(-range, range));
      }
      for (int i = random.nextInt(40); i > 0; i--) {
        there.add(random.nextLong(-range, range));
      }
      source.addAll(there);
      TreeSet<Long> gone = new TreeSet<>(bronze);
      gone.removeAll(there);
      List<KeysGone> found = found(1 + random.nextInt(8));
      assertThat(keys(found)).containsExactlyElementsOf(gone);
      assertThat(found)
          .allSatisfy(
              batch -> {
                assertThat(batch.missing()).isEqualTo(gone.size());
                assertThat(batch.compared()).isEqualTo(bronze.size());
              });
    }
  }

  @Test
  void theEndsOfTheRangeAreKeysAsAnyOther() {
    bronze.addAll(List.of(Long.MIN_VALUE + 1, 0L, Long.MAX_VALUE));
    source.add(0L);
    assertThat(keys(found(10))).containsExactly(Long.MIN_VALUE + 1, Long.MAX_VALUE);
  }

  @Test
  void bothSidesAreReadOnceWhereLittleIsGone() {
    for (long key = 0; key < 1_000; key++) {
      bronze.add(key);
      if (key % 100 != 7) {
        source.add(key);
      }
    }
    assertThat(keys(found(50))).hasSize(10);
    assertThat(passes).isEqualTo(1);
  }

  @Test
  void aKeyThatComesTwiceIsThere() {
    bronze.addAll(List.of(1L, 2L, 3L));
    source.addAll(List.of(1L, 1L, 3L, 3L));
    assertThat(keys(found(10))).containsExactly(2L);
  }

  @Test
  void aSourceThatKeepsNoOrderMarksNothing() {
    bronze.addAll(List.of(1L, 2L, 3L));
    source.addAll(List.of(3L, 1L, 2L));
    assertThatThrownBy(() -> found(10))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.ANSWER));
    assertThat(open).isEmpty();
  }

  @Test
  void aCancelledSearchEnds() {
    bronze.add(1L);
    cancellation.request();
    assertThatThrownBy(() -> found(10)).isInstanceOf(IpaiException.class);
    assertThat(open).isEmpty();
  }
}
