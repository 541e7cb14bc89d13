package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PoolConfig;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DatabasePostgresTest {
  private static TestDatabase db;

  @BeforeAll
  static void create() {
    db = TestPostgres.create();
  }

  @AfterAll
  static void drop() {
    db.close();
  }

  @Test
  @Tag("REQ-DB-011")
  void everyFailureToConnectSaysWhatToDo() throws Exception {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    DatabaseUrl elsewhere = DatabaseUrl.of("127.0.0.1", unused, "postgres", "postgres", "x");

    assertRefused(PostgresErrors.UNREACHABLE, elsewhere);
    assertRefused(PostgresErrors.WRONG_PASSWORD, db.url().withLogin("postgres", "hunter2"));
    assertRefused(PostgresErrors.WRONG_PASSWORD, db.url().withLogin("nobody_at_all", "hunter2"));
    assertRefused(PostgresErrors.NO_SUCH_DATABASE, db.url().withDatabase("nowhere"));
    try (Connection owner = db.owner();
        Statement statement = owner.createStatement()) {
      statement.execute("create role asleep nologin password 'hunter2'");
    }
    assertRefused(PostgresErrors.LOGIN_REFUSED, db.url().withLogin("asleep", "hunter2"));
  }

  private static void assertRefused(ErrorCode code, DatabaseUrl url) {
    assertThatThrownBy(() -> PostgresClient.open(url, "test"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.hint()).isNotEmpty();
              assertThat(refused.facts()).containsKeys("host", "port", "database", "user");
              assertThat(refused.getMessage() + refused.hint() + refused.facts())
                  .doesNotContain("hunter2");
            });
  }

  @Test
  @Tag("REQ-DB-011")
  void anotherMasterKeyIsRefusedAtOnceAndSaidSo() {
    try (Database other = Database.of(db.url(), MasterKey.generate())) {
      assertThatThrownBy(() -> other.connect(Login.SERVER))
          .isInstanceOfSatisfying(
              IpaiException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(PostgresErrors.WRONG_PASSWORD);
                assertThat(refused.hint()).contains("IPAI_MASTER_KEY");
              });
    }
  }

  @Test
  @Tag("REQ-DB-012")
  void aPoolThatStaysBusyAnswersCapacityAfterItsPatience() throws Exception {
    PoolConfig tiny = new PoolConfig(1, 1, Duration.ofMillis(300));
    try (Database small = Database.of(db.url(), db.masterKey(), tiny);
        Connection only = small.connect(Login.SERVER)) {
      assertThat(only.getAutoCommit()).isTrue();
      assertThatThrownBy(() -> small.connect(Login.SERVER))
          .isInstanceOfSatisfying(
              IpaiException.class,
              full -> {
                assertThat(full.code()).isEqualTo(PostgresErrors.POOL_EXHAUSTED);
                assertThat(full.kind()).isEqualTo(ErrorKind.CAPACITY);
              });
    }
  }

  @Test
  @Tag("REQ-DB-012")
  void manyVirtualThreadsShareFewConnections() throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        answers.add(
            threads.submit(
                () -> {
                  try (Connection connection = db.database().connect(Login.SERVER)) {
                    return SupabaseContractTest.text(
                        connection, "select current_setting('application_name')");
                  }
                }));
      }
    }
    for (Future<String> answer : answers) {
      assertThat(answer.get()).isEqualTo("ipai_server");
    }
  }

  /** Counted in turns: whoever asks stands behind those who asked before, and before all others. */
  @Test
  @Tag("REQ-DB-014")
  void whoAsksAgainOvertakesNobodyWhoWaits() throws Exception {
    int callers = 64;
    int each = Boolean.getBoolean("ipai.test.all") ? 400 : 60;
    PoolConfig four = new PoolConfig(4, 4, Duration.ofSeconds(60));
    AtomicInteger turns = new AtomicInteger();
    AtomicIntegerArray lent = new AtomicIntegerArray(callers);
    AtomicInteger longestWait = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(callers);
    List<Future<?>> all = new ArrayList<>();
    try (Database shared = Database.of(db.url(), db.masterKey(), four);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        int caller = i;
        all.add(
            threads.submit(
                () -> {
                  together.countDown();
                  together.await();
                  while (turns.get() < callers * each) {
                    int asked = turns.get();
                    try (Connection connection = shared.connect(Login.SERVER)) {
                      int waited = turns.incrementAndGet() - asked;
                      longestWait.accumulateAndGet(waited, Math::max);
                      lent.incrementAndGet(caller);
                      SupabaseContractTest.text(connection, "select current_user");
                    }
                  }
                  return caller;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    // Two of 64: a thread may lose the processor between looking at the turns and asking.
    assertThat(longestWait.get()).isLessThan(2 * callers + callers / 2);
    for (int caller = 0; caller < callers; caller++) {
      assertThat(lent.get(caller)).as("turns of caller %s", caller).isGreaterThan(each / 2);
    }
  }

  @Test
  @Tag("REQ-DB-012")
  void aConnectionCountsAsGivenBackOnce() throws Exception {
    PoolConfig one = new PoolConfig(1, 1, Duration.ofMillis(300));
    try (Database small = Database.of(db.url(), db.masterKey(), one)) {
      Connection twice = small.connect(Login.SERVER);
      twice.close();
      twice.close();
      assertThat(twice.isClosed()).isTrue();
      assertThatThrownBy(twice::createStatement).isInstanceOf(SQLException.class);
      Connection discarded = small.connect(Login.SERVER);
      small.discard(discarded, Login.SERVER);
      small.discard(discarded, Login.SERVER);
      discarded.close();
      Connection replaced = small.replace(small.connect(Login.SERVER), Login.SERVER);
      assertThat(SupabaseContractTest.text(replaced, "select current_user"))
          .isEqualTo("ipai_server");
      assertThatThrownBy(() -> small.connect(Login.SERVER))
          .isInstanceOfSatisfying(
              IpaiException.class,
              full -> assertThat(full.code()).isEqualTo(PostgresErrors.POOL_EXHAUSTED));
      replaced.close();
      small.connect(Login.SERVER).close();
    }
  }

  @Test
  @Tag("REQ-DB-012")
  void poolsHealAfterARestartOfTheServer() throws Exception {
    Path folder = Files.createTempDirectory("ipai-restart");
    Path binaries = TestPostgres.TestFolders.root().resolve("binaries");
    MasterKey key = MasterKey.generate();
    try {
      EmbeddedPostgres first =
          EmbeddedPostgres.start(EmbeddedConfig.of(folder, 0).withBinariesDir(binaries));
      EmbeddedConfig again = EmbeddedConfig.of(folder, first.port()).withBinariesDir(binaries);
      try (Connection owner = PostgresClient.open(first.url(), "test");
          Statement statement = owner.createStatement()) {
        statement.execute(
            "create role ipai_server login password '" + key.password(Login.SERVER) + "'");
      }
      try (Database database = Database.of(first.url(), key)) {
        List<Connection> warm = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          warm.add(database.connect(Login.SERVER));
        }
        for (Connection connection : warm) {
          connection.close();
        }
        first.close();
        assertThatThrownBy(() -> ask(database)).satisfies(DatabasePostgresTest::isCapacity);
        try (EmbeddedPostgres second = EmbeddedPostgres.start(again)) {
          assertThat(second.port()).isEqualTo(first.port());
          awaitHealed(database);
        }
      }
    } finally {
      Folders.delete(folder);
    }
  }

  /** A connection used a moment ago is handed out unasked, and its statement fails. */
  private static void isCapacity(Throwable away) {
    IpaiException fault =
        away instanceof SQLException cut ? PostgresFault.translate(cut) : (IpaiException) away;
    assertThat(fault.kind()).isEqualTo(ErrorKind.CAPACITY);
  }

  /** Promise 29: until then nothing but capacity errors, and ten answers in a row in 15 s. */
  private static void awaitHealed(Database database) {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    int inARow = 0;
    while (inARow < 10) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      try {
        assertThat(ask(database)).isEqualTo("ipai_server");
        inARow++;
      } catch (Exception away) {
        isCapacity(away);
        inARow = 0;
      }
    }
  }

  private static String ask(Database database) throws Exception {
    try (Connection connection = database.connect(Login.SERVER)) {
      return SupabaseContractTest.text(connection, "select current_user");
    }
  }
}
