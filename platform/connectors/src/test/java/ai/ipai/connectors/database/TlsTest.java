package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-089")
class TlsTest {
  private static Tls tls(String host, boolean isPrivate, Map<String, @Nullable Object> more) {
    Map<String, @Nullable Object> connection = new HashMap<>(more);
    connection.put("kind", "postgresql");
    connection.put("host", host);
    connection.put("database", "shop");
    connection.put("login", "reader");
    connection.put("secret", "secret://shop/password");
    connection.put("private_addresses", isPrivate);
    return Tls.of(DatabaseSettings.of(Settings.of("connection", connection)));
  }

  @Test
  void publicAddressesProveWhoTheyAreUnlessTheFileSaysOtherwise() {
    assertThat(tls("203.0.113.7", false, Map.of())).isEqualTo(Tls.VERIFY_FULL);
    assertThat(tls("8.8.8.8", true, Map.of()))
        .as("private addresses are allowed, and this is none")
        .isEqualTo(Tls.VERIFY_FULL);
    assertThat(tls("127.0.0.1", true, Map.of())).isEqualTo(Tls.PREFER);
    assertThat(tls("10.1.2.3", true, Map.of("tls", "verify-full"))).isEqualTo(Tls.VERIFY_FULL);
    assertThat(tls("8.8.8.8", false, Map.of("tls", "require"))).isEqualTo(Tls.REQUIRE);
    assertThat(tls("8.8.8.8", false, Map.of("options", Map.of("sslmode", "verify-ca"))))
        .isEqualTo(Tls.VERIFY_CA);
  }

  @Test
  void driversAreToldTheSame() {
    assertThat(Tls.VERIFY_FULL.postgresql()).isEqualTo("verify-full");
    assertThat(Tls.VERIFY_FULL.mariadb()).isEqualTo("verify-full");
    assertThat(Tls.VERIFY_FULL.binlog().name()).isEqualTo("VERIFY_IDENTITY");
    assertThat(Tls.REQUIRE.mariadb()).isEqualTo("trust");
    assertThat(Tls.OFF.postgresql()).isEqualTo("disable");
  }

  @Test
  void aCertificateThatDoesNotHoldIsSaidWithTheCure() {
    SQLException broken = new SQLException("SSL error", "08006", new SSLHandshakeException("PKIX"));
    IpaiException fault = DatabaseFaults.of(broken, "reading");
    assertThat(fault.code()).isEqualTo(DatabaseFaults.TLS);
    assertThat(fault.hint()).contains("tls_ca").contains("tls: verify-ca");
    assertThat(DatabaseFaults.isPassing(broken)).as("trying again does not help").isFalse();
  }

  @Test
  void unknownWordsAreRefused() {
    assertThatThrownBy(() -> tls("8.8.8.8", false, Map.of("tls", "yes")))
        .isInstanceOf(IpaiException.class)
        .hasMessageContaining("tls");
  }
}
