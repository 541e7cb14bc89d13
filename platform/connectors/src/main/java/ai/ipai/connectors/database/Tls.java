package ai.ipai.connectors.database;

import ai.ipai.connectors.http.AddressGuard;
import ai.ipai.spi.connector.Settings;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * How a connection to a database is protected. Nothing said, a server at a public address has to
 * prove who it is; one at a private address is spoken to as it wishes.
 */
enum Tls {
  /** Encrypted; the certificate is trusted and names the host. */
  VERIFY_FULL("verify-full", "verify-full", SSLMode.VERIFY_IDENTITY),
  /** Encrypted; the certificate is trusted. */
  VERIFY_CA("verify-ca", "verify-ca", SSLMode.VERIFY_CA),
  /** Encrypted, whoever answers. */
  REQUIRE("require", "trust", SSLMode.REQUIRED),
  /** Encrypted if the server can; MariaDB's driver knows no such thing. */
  PREFER("prefer", "disable", SSLMode.DISABLED),
  /** In the clear. */
  OFF("disable", "disable", SSLMode.DISABLED);

  private final String postgresql;
  private final String mariadb;
  private final SSLMode binlog;

  Tls(String postgresql, String mariadb, SSLMode binlog) {
    this.postgresql = postgresql;
    this.mariadb = mariadb;
    this.binlog = binlog;
  }

  /** As it is written in a file. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String postgresql() {
    return postgresql;
  }

  String mariadb() {
    return mariadb;
  }

  SSLMode binlog() {
    return binlog;
  }

  boolean isVerified() {
    return this == VERIFY_FULL || this == VERIFY_CA;
  }

  static void require(Settings connection, String word) {
    for (Tls mode : values()) {
      if (mode.word().equals(word)) {
        return;
      }
    }
    throw connection.fault("tls", "is unknown", "verify-full, verify-ca, require, prefer or off");
  }

  static Tls of(DatabaseSettings settings) {
    String said = settings.tls();
    String option =
        settings.options().getOrDefault("sslmode", settings.options().getOrDefault("sslMode", ""));
    for (Tls mode : values()) {
      if (mode.word().equals(said)
          || (said.isEmpty() && (mode.postgresql.equals(option) || mode.mariadb.equals(option)))) {
        return mode;
      }
    }
    return settings.privateAddresses() && isPrivate(settings.url().host()) ? PREFER : VERIFY_FULL;
  }

  private static boolean isPrivate(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!AddressGuard.isPrivate(address)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
