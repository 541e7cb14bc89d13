package ai.ipai.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.IpaiException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-DB-010")
class DatabaseUrlTest {
  private static final String SECRET = "p@ss:w/rd%#?é";
  private static final String ENCODED = "p%40ss%3Aw%2Frd%25%23%3F%C3%A9";

  @ParameterizedTest
  @ValueSource(strings = {"postgres://", "postgresql://", "jdbc:postgresql://"})
  void everySpellingOfTheSchemeMeansTheSame(String scheme) {
    DatabaseUrl url = DatabaseUrl.parse(scheme + "me:" + ENCODED + "@db.example:6000/company");

    assertThat(url.host()).isEqualTo("db.example");
    assertThat(url.port()).isEqualTo(6000);
    assertThat(url.database()).isEqualTo("company");
    assertThat(url.user()).isEqualTo("me");
    assertThat(url.password()).isEqualTo(SECRET);
  }

  @Test
  void whatIsPrintedNeverHoldsThePassword() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://me:" + ENCODED + "@h/db?sslmode=require");

    assertThat(url.toString()).isEqualTo("postgresql://me:***@h:5432/db?sslmode=require");
    assertThat(DatabaseUrl.parse(url.revealed())).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://me:hunter2@h/db",
        "postgres://me:hunter2@h:port/db",
        "postgres://me:hunter2@h:99999/db",
        "postgres://me:hunter2%zz@h/db",
        "postgres://me:hunter2%C3@h/db",
        "postgres://me:hunter2%00@h/db",
        "postgres://me:hunter2#@h/db",
        "postgres://me:hunter2@/db",
        "postgres://:hunter2@h/db",
        "postgres://me:hunter2@a,b/db",
        "postgres://me:hunter2@h/db?socketFactory=evil.Factory",
        "postgres://me:hunter2@h/db?sslmode=perhaps",
        "me:hunter2@h"
      })
  void whatCannotBeReadIsRefusedWithoutShowingThePassword(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.BAD_URL);
              assertThat(refused.getMessage() + refused.hint() + refused.facts())
                  .doesNotContain("hunter2");
            });
  }

  @Test
  void anUnknownParameterIsAnsweredWithTheNearestKnown() {
    assertThatThrownBy(() -> DatabaseUrl.parse("postgres://me@h/db?ssl_mode=require"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> assertThat(refused.hint()).startsWith("Nearest known: sslmode."));
  }

  @Test
  void supabasesPoolerKeepsItsProjectAndGetsNoPreparedStatements() {
    DatabaseUrl url =
        DatabaseUrl.parse("postgres://postgres.abc:x@eu.pooler.supabase.com:6543/postgres");

    DatabaseUrl server = url.withLogin("ipai_server", "y");

    assertThat(url.role()).isEqualTo("postgres");
    assertThat(server.user()).isEqualTo("ipai_server.abc");
    assertThat(server.role()).isEqualTo("ipai_server");
    assertThat(server.driverProperties()).containsEntry("prepareThreshold", "0");
  }

  @Test
  void parametersReachTheDriverUnderItsNames() {
    DatabaseUrl url =
        DatabaseUrl.parse(
            "postgres://me:x@h/db?sslmode=verify-full&sslrootcert=system&connect_timeout=7"
                + "&pgbouncer=true");

    assertThat(url.driverProperties())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")
        .containsEntry("connectTimeout", "7")
        .containsEntry("prepareThreshold", "0");
  }

  @Test
  void anIpv6HostStandsInBrackets() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://me@[::1]:5433/db");

    assertThat(url.host()).isEqualTo("::1");
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5433/db");
  }

  @Test
  void userAndPasswordMayBeParameters() {
    DatabaseUrl url = DatabaseUrl.parse("jdbc:postgresql://h/db?user=me&password=a%26b");

    assertThat(url.user()).isEqualTo("me");
    assertThat(url.password()).isEqualTo("a&b");
    assertThat(url.toString()).doesNotContain("a%26b");
  }
}
