package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.LoadedKeys;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-140")
class DeletionSearchTest {
  private static final OdooModel MODEL =
      new OdooModel("res.partner", List.of(), Map.of(), List.of());

  private final FakeIds server = new FakeIds();
  private final FakeIds bronze = new FakeIds();

  private NavigableSet<Long> gone(@Nullable LoadedKeys loaded, long after, long firstNew) {
    DeletionSearch search =
        new DeletionSearch(
            new ModelCalls(server, "en_US", List.of(1L)),
            MODEL,
            loaded,
            new Cancellation(),
            after,
            firstNew);
    NavigableSet<Long> gone = new TreeSet<>();
    long swept = after;
    for (KeySweep sweep = search.next(); sweep != null; sweep = search.next()) {
      assertThat(sweep.after()).as("ranges ascend").isGreaterThanOrEqualTo(swept);
      swept = sweep.upTo();
      NavigableSet<Long> here =
          new TreeSet<>(bronze.ids.subSet(sweep.after(), false, sweep.upTo(), true));
      sweep.present().forEach(here::remove);
      gone.addAll(here);
    }
    return gone;
  }

  private void fill(int rows) {
    LongStream.rangeClosed(1, rows).forEach(server.ids::add);
    bronze.ids.addAll(server.ids);
  }

  @Test
  void whereNothingIsGoneOneNumberIsAskedFor() {
    fill(200_000);
    assertThat(gone(bronze, 0, Long.MAX_VALUE)).isEmpty();
    assertThat(server.counts).hasValue(1);
    assertThat(server.listed).hasValue(0);
  }

  @Test
  void oneThatIsGoneIsFoundByAFewNumbersAndOneListOfIds() {
    fill(1_000_000);
    server.ids.remove(777_777L);
    assertThat(gone(bronze, 0, Long.MAX_VALUE)).containsExactly(777_777L);
    assertThat(server.counts).hasValueLessThan(20);
    assertThat(server.listed).hasValueLessThan(50_000);
  }

  @Test
  void whateverIsGoneIsFoundBesideWhatIsNew() {
    for (int round = 0; round < 40; round++) {
      Random random = new Random(round);
      server.ids.clear();
      bronze.ids.clear();
      int rows = 1 + random.nextInt(150_000);
      long id = 0;
      for (int i = 0; i < rows; i++) {
        id += 1 + (random.nextInt(50) == 0 ? random.nextInt(100_000) : 0);
        server.ids.add(id);
      }
      bronze.ids.addAll(server.ids);
      NavigableSet<Long> expected = new TreeSet<>();
      for (long known : List.copyOf(bronze.ids)) {
        if (random.nextInt(20_000) < round * round) {
          server.ids.remove(known);
          expected.add(known);
        }
      }
      // As many new ones as gone ones, so that the whole numbers agree.
      long firstNew = expected.isEmpty() ? Long.MAX_VALUE : bronze.ids.getLast() + 1;
      for (int i = 0; i < expected.size(); i++) {
        server.ids.add(firstNew + i);
      }
      assertThat(gone(bronze, 0, firstNew)).as("round " + round).isEqualTo(expected);
      assertThat(gone(null, 0, firstNew)).as("round " + round).isEqualTo(expected);
    }
  }

  /** A transaction took its id early and committed late: the numbers agree, the ids do not. */
  @Test
  void aNewIdAmongOldOnesHidesNothing() {
    fill(1000);
    bronze.ids.remove(500L);
    server.ids.remove(600L);
    assertThat(gone(bronze, 0, 500)).containsExactly(600L);
  }

  @Test
  void anInterruptedSearchGoesOnAfterItsLastRange() {
    fill(200_000);
    server.ids.removeAll(List.of(5L, 60_000L, 199_999L));
    assertThat(gone(bronze, 25_000, Long.MAX_VALUE)).containsExactly(60_000L, 199_999L);
  }
}
