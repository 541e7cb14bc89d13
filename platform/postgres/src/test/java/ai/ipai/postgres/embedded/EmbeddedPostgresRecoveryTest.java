package ai.ipai.postgres.embedded;

import static ai.ipai.postgres.embedded.EmbeddedPostgresPostgresTest.execute;
import static ai.ipai.postgres.embedded.EmbeddedPostgresPostgresTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresRecoveryTest {
  private EmbeddedConfig config;

  @BeforeEach
  void makeFolder() throws Exception {
    config = ServerFolders.fresh();
  }

  @AfterEach
  void deleteFolder() throws Exception {
    Folders.delete(config.dataDir());
  }

  @Test
  @Tag("REQ-DB-002")
  void afterKillOfTheJavaProcessTheNextStartHasEveryAcknowledgedRow() throws Exception {
    Process child = ServerChild.start(config.dataDir());
    long acknowledged = 0;
    long postmaster = 0;
    try (BufferedReader output = child.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("READY")) {
          postmaster = Long.parseLong(line.substring(6));
        } else if (line.startsWith("WRITTEN")) {
          acknowledged = Long.parseLong(line.substring(8));
          if (acknowledged == 50) {
            Signals.send(child.pid(), "KILL");
          }
        }
      }
    }
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isGreaterThanOrEqualTo(50);

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(server.pid().orElseThrow()).isNotEqualTo(postmaster);
      // By its working folder: where nobody reaps orphans, it stays in the list as a zombie.
      assertThat(new PostmasterPid(postmaster, 0, "").isServerOf(config.clusterDir())).isFalse();
      assertThat(Long.parseLong(text(server.url(), "select count(*)::text from written")))
          .isGreaterThanOrEqualTo(acknowledged);
    }
  }

  /** Where no parent-death signal exists, the server of a killed process stays alive. */
  @Test
  @Tag("REQ-DB-002")
  void aServerThatAnEarlierRunLeftBehindIsStoppedAndItsDataKept() throws Exception {
    EmbeddedPostgres first = EmbeddedPostgres.start(config);
    execute(first.url(), "create table kept as select 7 as answer");
    first.close();
    Process orphan = startUnsupervised();

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(orphan.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(orphan.exitValue()).isZero();
      assertThat(text(server.url(), "select answer::text from kept")).isEqualTo("7");
    }
  }

  @Test
  @Tag("REQ-DB-002")
  void aPidFileThatNamesAnotherProcessIsNoObstacle() throws Exception {
    EmbeddedPostgres.start(config).close();
    Files.writeString(
        config.clusterDir().resolve("postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + config.clusterDir() + "\n1\n54322\n\n\n\nready\n");

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(text(server.url(), "select 'ready'")).isEqualTo("ready");
    }
  }

  private Process startUnsupervised() throws Exception {
    Binaries binaries = Binaries.extract(config.binariesDir(), config.preparedDir());
    ServerUser user = ServerUser.choose(config.clusterDir(), config.binariesDir());
    Cluster cluster = new Cluster(config, binaries, user);
    List<String> program =
        List.of(binaries.program("postgres").toString(), "-D", cluster.dir().toString());
    Process orphan =
        cluster
            .processBuilder(user.command(program))
            .redirectOutput(cluster.startLog().toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (PostmasterPid.read(cluster.dir()).filter(PostmasterPid::isReady).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Signals.pause(10);
    }
    return orphan;
  }

  @Test
  @Tag("REQ-DB-005")
  void afterKillOfPostgresEveryAcknowledgedWriteIsPresentAndItServesWithin30Seconds()
      throws Exception {
    int kills = Boolean.getBoolean("ipai.test.all") ? 10 : 2;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      execute(server.url(), "create table written (id bigint primary key)");
      AtomicLong next = new AtomicLong();
      AtomicBoolean running = new AtomicBoolean(true);
      ConcurrentLinkedQueue<Long> acknowledged = new ConcurrentLinkedQueue<>();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        writers.add(Thread.ofVirtual().start(() -> write(server, next, running, acknowledged)));
      }
      for (int kill = 0; kill < kills; kill++) {
        awaitMore(acknowledged, 50);
        long postmaster = server.pid().orElseThrow();
        Signals.send(postmaster, "KILL");
        long begin = System.nanoTime();
        awaitOther(server, postmaster);
        awaitMore(acknowledged, 1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
      }
      running.set(false);
      for (Thread writer : writers) {
        writer.join();
      }

      try (Connection connection = PostgresClient.open(server.url(), "test");
          PreparedStatement present =
              connection.prepareStatement(
                  "select count(*) from unnest(?::bigint[]) id join written using (id)")) {
        present.setArray(1, connection.createArrayOf("int8", acknowledged.toArray()));
        try (var row = present.executeQuery()) {
          row.next();
          assertThat(row.getLong(1)).isEqualTo(acknowledged.size());
        }
      }
    }
  }

  private static void awaitOther(EmbeddedPostgres server, long killed) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (server.pid().filter(pid -> pid != killed).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Signals.pause(5);
    }
  }

  private static void awaitMore(ConcurrentLinkedQueue<Long> acknowledged, int more) {
    int before = acknowledged.size();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (acknowledged.size() < before + more) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Signals.pause(5);
    }
  }

  private static void write(
      EmbeddedPostgres server,
      AtomicLong next,
      AtomicBoolean running,
      ConcurrentLinkedQueue<Long> acknowledged) {
    while (running.get()) {
      try (Connection connection =
              PostgresClient.openWithin(server.url(), "writer", Duration.ofSeconds(30));
          PreparedStatement insert =
              connection.prepareStatement("insert into written values (?)")) {
        while (running.get()) {
          long id = next.incrementAndGet();
          insert.setLong(1, id);
          insert.executeUpdate();
          acknowledged.add(id);
        }
      } catch (SQLException | IpaiException cut) {
        // The server was killed: connect again, with the next number.
      }
    }
  }
}
