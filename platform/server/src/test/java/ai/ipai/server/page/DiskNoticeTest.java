package ai.ipai.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.disk.DiskReading;
import ai.ipai.postgres.disk.DiskStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CONSOLE-006")
class DiskNoticeTest {
  private static final DiskReading TIGHT =
      new DiskReading("data", Path.of("/srv/ipai"), 93L << 20, 7L << 20);
  private static final DiskReading SAME_DISK =
      new DiskReading("wal", Path.of("/srv/ipai/wal"), 93L << 20, 7L << 20);
  private static final DiskStatus PAUSED =
      new DiskStatus(true, List.of(TIGHT, SAME_DISK), List.of(TIGHT, SAME_DISK));
  private static final DiskStatus ROOMY = new DiskStatus(false, List.of(TIGHT), List.of());

  @Test
  void figuresAreForThoseWhoLookAfterTheMachine() {
    for (String role : List.of("ipai_platform_admin", "ipai_operator")) {
      assertThat(new DiskNotice(() -> PAUSED).apply(Set.of(role)))
          .contains("93 % full", "7 MB left", "/srv/ipai", "reads go on")
          .doesNotContain("/srv/ipai/wal");
    }
  }

  @Test
  void engineersLearnThatWorkWaitsAndNoFigures() {
    assertThat(new DiskNotice(() -> PAUSED).apply(Set.of("ipai_data_engineer")))
        .contains("wait", "reads go on")
        .doesNotContain("93", "/srv");
  }

  @Test
  void othersAreToldNothingAndNobodyIsWhileThereIsRoom() {
    for (Set<String> roles : List.of(Set.<String>of(), Set.of("ipai_bi_developer"))) {
      assertThat(new DiskNotice(() -> PAUSED).apply(roles)).isEmpty();
    }
    assertThat(new DiskNotice(() -> ROOMY).apply(Set.of("ipai_operator"))).isEmpty();
  }
}
