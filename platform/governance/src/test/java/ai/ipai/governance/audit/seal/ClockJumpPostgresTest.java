package ai.ipai.governance.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of the log is the database's own: a clock that jumps changes nothing about it. */
@Tag("REQ-AUDIT-012")
class ClockJumpPostgresTest {
  private static final AuditSealing.Config ONCE =
      new AuditSealing.Config(Duration.ofHours(1), Duration.ofHours(1));
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path folder;

  private static final class JumpingClock extends Clock {
    private volatile Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void sealingKeepsItsOrderForthAndBackAndARestoreIsStillAccepted() {
    JumpingClock clock = new JumpingClock();
    try (TestDatabase database = TestPostgres.create();
        SealFixture log = new SealFixture(database, folder)) {
      for (Duration jump :
          List.of(
              Duration.ZERO,
              Duration.ofDays(400),
              Duration.ofDays(-3),
              Duration.ofSeconds(1),
              Duration.ofHours(-1),
              Duration.ZERO)) {
        clock.now = NOW.plus(jump);
        log.write(5);
        AuditSealing.start(database.database(), log.key, log.checkpoints, clock, ONCE).close();
        assertThat(log.verify().isIntact()).as("after a jump of " + jump).isTrue();
      }
      assertThat(log.checkpoints.load()).extracting(Checkpoint::batch).hasSize(6);
      assertThat(log.verify().sealed()).isEqualTo(30);

      log.tamper("alter table ipai.audit_log disable trigger all");
      log.tamper("alter table ipai.audit_seal disable trigger all");
      log.tamper("delete from ipai.audit_seal where batch > 1");
      log.tamper("delete from ipai.audit_log where id > 5");
      assertThat(log.verify().isIntact()).isFalse();
      assertThat(AuditSealing.acceptRestore(database.database(), log.key, log.checkpoints, clock))
          .isPresent();
      assertThat(log.verify().isIntact())
          .as("checkpoints of a clock that was ahead are made void as well")
          .isTrue();
    }
  }
}
