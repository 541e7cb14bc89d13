package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.Setting;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.server.Installation;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import ai.ipai.testing.wait.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written after the backup comes back from the log that left the machine. */
@Tag("REQ-BACKUP-004")
class RestoreToPlatformTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void whatWasCommittedAfterTheBackupComesBack() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup.zip");
    RecordingTerminal terminal = at(data);
    try (Platform running = Platform.start(config(data));
        Connection owner = PostgresClient.open(running.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute("create table public.kept as select 1 as id");
      assertThat(terminal.run("backup", backup.toString())).as(terminal.err()).isZero();
      statement.execute("insert into public.kept values (2)");
      long before = segments();
      // More than a segment of log: the one with the second row is full and leaves.
      statement.execute(
          "create table public.filler as select i, repeat(md5(i::text), 60) as text"
              + " from generate_series(1, 12000) as i");
      awaitMoreThan(before);
    }
    Path restored = Files.createDirectory(folder.resolve("restored"));
    Files.copy(data.resolve("master.key"), restored.resolve("master.key"));
    RecordingTerminal there = at(restored);
    assertThat(there.run("restore", backup.toString(), "--to", "yesterday"))
        .isEqualTo(Cli.WRONG_USAGE);
    assertThat(there.err()).contains("not a moment", "latest");

    assertThat(there.run("restore", backup.toString(), "--to", "latest"))
        .as(there.err())
        .isEqualTo(Cli.DONE);

    assertThat(there.out()).contains("segments of the log replayed", "as they were written");
    try (Installation opened = Installation.open(config(restored));
        Connection owner = PostgresClient.open(opened.requireOwner(), "test");
        Statement statement = owner.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from public.kept")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(2);
    }
  }

  @Test
  void withoutAPlaceItSaysWhichSettingNamesIt() throws IOException {
    RecordingTerminal terminal =
        new RecordingTerminal(Map.of("IPAI_DATA_DIR", folder.resolve("none").toString()));
    Path file = Files.createFile(folder.resolve("b.zip"));
    assertThat(terminal.run("restore", file.toString(), "--to", "latest"))
        .isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("IPAI_BACKUP_ARCHIVE");
    assertThat(terminal.run("restore", "--to", "latest")).isEqualTo(Cli.WRONG_USAGE);
  }

  private RecordingTerminal at(Path dataDir) {
    return new RecordingTerminal(
        Map.of(
            "IPAI_DATA_DIR", dataDir.toString(),
            "IPAI_DATABASE_PORT", "0",
            "IPAI_BACKUP_ARCHIVE", archive().toUri().toString()));
  }

  private PlatformConfig config(Path dataDir) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    options.put(Setting.DATA_DIR, dataDir.toString());
    options.put(Setting.PORT, "0");
    options.put(Setting.DATABASE_PORT, "0");
    options.put(Setting.BACKUP_ARCHIVE, archive().toUri().toString());
    return PlatformConfig.load(
        Path.of(System.getProperty("ipai.root", "../..")), folder, Map.of(), options);
  }

  private Path archive() {
    return folder.resolve("archive");
  }

  private long segments() throws IOException {
    if (!Files.isDirectory(archive())) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(archive())) {
      return files.filter(file -> file.toString().endsWith(".gz")).count();
    }
  }

  private void awaitMoreThan(long before) throws Exception {
    Await.until("the segment is archived", Duration.ofSeconds(60), () -> segments() > before);
  }
}
