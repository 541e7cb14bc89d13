package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rehearsal that fails costs every later start a second, and nobody would notice. */
final class RehearsePlatformTest {
  @Test
  @Tag("REQ-START-001")
  void theRehearsalStartsTwiceSignsInAndReadsARow() {
    RecordingTerminal terminal = new RecordingTerminal();
    assertThat(terminal.run("rehearse")).as(() -> terminal.err()).isEqualTo(Cli.DONE);
  }
}
