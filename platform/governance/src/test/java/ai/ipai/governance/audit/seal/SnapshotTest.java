package ai.ipai.governance.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-AUDIT-005")
final class SnapshotTest {
  @Test
  void seesWhatHadEnded() {
    Snapshot snapshot = Snapshot.parse("10:20:10,15");
    assertThat(snapshot.sees(9)).isTrue();
    assertThat(snapshot.sees(10)).isFalse();
    assertThat(snapshot.sees(14)).isTrue();
    assertThat(snapshot.sees(15)).isFalse();
    assertThat(snapshot.sees(20)).isFalse();
    assertThat(snapshot).hasToString("10:20:10,15");
  }

  @Test
  void aCutSnapshotSeesTheSameBelowTheCutAndNothingAbove() {
    Snapshot snapshot = Snapshot.parse("10:20:10,15");
    for (long limit = 5; limit <= 25; limit++) {
      Snapshot cut = Snapshot.parse(snapshot.below(limit).toString());
      for (long xid = 1; xid < 30; xid++) {
        assertThat(cut.sees(xid))
            .as("%s at %s below %s", xid, cut, limit)
            .isEqualTo(xid < limit && snapshot.sees(xid));
      }
    }
  }
}
