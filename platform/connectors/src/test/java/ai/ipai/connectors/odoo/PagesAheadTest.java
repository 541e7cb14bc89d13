package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Tag("REQ-CON-141")
class PagesAheadTest {
  private static final OdooModel MODEL =
      new OdooModel("res.partner", List.of(), Map.of(), List.of());

  private final FakeIds server = new FakeIds();

  private List<Long> read(int pageSize, int atOnce) {
    List<Long> read = new ArrayList<>();
    ModelCalls calls = new ModelCalls(server, "en_US", List.of(1L));
    try (PagesAhead pages = new PagesAhead(calls, MODEL, List.of(), 0, pageSize, atOnce)) {
      PagesAhead.Page page;
      do {
        page = pages.next();
        for (JsonNode record : page.records()) {
          assertThat(record.path("id").longValue()).isLessThanOrEqualTo(page.upTo());
          read.add(record.path("id").longValue());
        }
      } while (!page.isLast());
    }
    return read;
  }

  @Test
  void everyRecordComesOnceAndInOrderWhateverIsAskedForAtATime() {
    for (int rows : List.of(0, 1, 99, 100, 101, 1234, 100_050)) {
      server.ids.clear();
      for (long i = 1; i <= rows; i++) {
        server.ids.add(i * 3);
      }
      for (int atOnce : List.of(1, 2, 5)) {
        assertThat(read(100, atOnce)).isEqualTo(new ArrayList<>(new TreeSet<>(server.ids)));
      }
    }
  }

  @Test
  void noMoreAreAskedForAtATimeThanAllowed() {
    for (long i = 1; i <= 20_000; i++) {
      server.ids.add(i);
    }
    assertThat(read(50, 4)).hasSize(20_000);
    assertThat(server.mostUnder.get()).isBetween(1, 4);
    assertThat(server.pages.get()).isEqualTo(401);
  }
}
