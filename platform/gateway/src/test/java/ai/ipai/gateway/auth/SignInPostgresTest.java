package ai.ipai.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.auth.RefreshTokenStore.Session;
import ai.ipai.gateway.auth.RefreshTokenStore.Use;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions and their limits, against whoever has a copy of a token or guesses. */
final class SignInPostgresTest {
  private static TestServer server;
  private static Database database;
  private static ControlTransactions transactions;
  private static final RefreshTokenStore TOKENS = new RefreshTokenStore();

  @BeforeAll
  static void start() {
    server = TestServer.embedded();
    MasterKey key = MasterKey.generate();
    new Installer(MigrationSet.ofPlatform(), key).install(server.superuserUrl());
    database = Database.of(server.superuserUrl(), key);
    transactions = new ControlTransactions(database);
  }

  @AfterAll
  static void stop() {
    database.close();
    server.close();
  }

  @Test
  @Tag("REQ-SERVER-005")
  void ofTwoSuccessorsOfOneTokenTheFirstThatIsUsedVoidsTheOther() throws SQLException {
    String first = signIn();
    String honest = renew(first).orElseThrow();
    String copied = renew(first).orElseThrow();
    assertThat(renew(copied)).as("nobody can tell yet who has the copy").isPresent();
    assertThat(renew(honest)).as("now somebody can").isEmpty();
    assertThat(renew(copied)).as("the session has ended for both").isEmpty();
  }

  @Test
  @Tag("REQ-SERVER-005")
  void aClientThatLostTheAnswerGoesOn() throws SQLException {
    String first = signIn();
    assertThat(renew(first)).as("lost on its way").isPresent();
    String second = renew(first).orElseThrow();
    String third = renew(second).orElseThrow();
    assertThat(renew(third)).isPresent();
  }

  @Test
  @Tag("REQ-SERVER-005")
  void aSessionEndsHoweverOftenItWasRenewed() throws SQLException {
    String token = renew(signIn()).orElseThrow();
    server.execute(
        server.superuserUrl(),
        "update auth.sessions set not_after = not_after - interval '90 days'");
    assertThat(renew(token)).isEmpty();
  }

  @Test
  @Tag("REQ-SERVER-005")
  void spellingsThatReachTheSameAccountCountTogether() throws SQLException {
    SignInThrottle throttle = new SignInThrottle(transactions);
    List<String> spellings = List.of("admin@ipai.io", "ADMİN@IPAI.IO", "Admin@İPAİ.İo");
    String folded = fold(spellings.getFirst());
    List<String> same =
        spellings.stream().filter(spelling -> fold(spelling).equals(folded)).toList();
    assertThat(same).isNotEmpty();
    for (int i = 0; i < 9; i++) {
      throttle.admit(same.get(i % same.size()));
    }
    for (String spelling : same) {
      assertThatThrownBy(() -> throttle.admit(spelling))
          .isInstanceOfSatisfying(
              IpaiException.class,
              e -> assertThat(e.code()).isEqualTo(GatewayErrors.SIGN_IN_THROTTLED));
    }
  }

  @Test
  @Tag("REQ-SERVER-005")
  void guessesAtAccountsThatDoNotExistLeaveNothingBehind() throws SQLException {
    SignInThrottle throttle = new SignInThrottle(transactions);
    for (int i = 0; i < 30; i++) {
      throttle.admit("nobody-" + i + "@example.com");
    }
    server.execute(
        server.superuserUrl(),
        "update ipai.sign_in_attempt set window_started_at = now() - interval '1 hour'");
    for (int i = 0; i < 5; i++) {
      throttle.admit("somebody@example.com");
    }
    assertThat(count("select count(*) from ipai.sign_in_attempt")).isEqualTo(1);
  }

  private static String fold(String email) {
    return run(
        connection -> {
          try (var statement = connection.prepareStatement("select lower(?)")) {
            statement.setString(1, email);
            try (var row = statement.executeQuery()) {
              row.next();
              return row.getString(1);
            }
          }
        });
  }

  private static long count(String sql) {
    return run(
        connection -> {
          try (var statement = connection.prepareStatement(sql);
              var row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  private static <T> T run(CallerWork<T> work) {
    try {
      return transactions.run(CallerOptions.writing(), work);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String signIn() throws SQLException {
    UUID user = UUID.randomUUID();
    server.execute(
        server.superuserUrl(),
        "insert into auth.users (id, email) values ('%s', '%s@example.com')".formatted(user, user));
    return run(
        connection -> {
          Session session = TOKENS.open(connection, user, "test", "127.0.0.1");
          return TOKENS.issue(connection, session, Optional.empty());
        });
  }

  /** The next token; empty where it is refused. */
  private static Optional<String> renew(String token) {
    return run(
        connection ->
            TOKENS.use(connection, token) instanceof Use.Renewed(Session session)
                ? Optional.of(TOKENS.issue(connection, session, Optional.of(token)))
                : Optional.empty());
  }
}
