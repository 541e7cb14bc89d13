package ai.ipai.server.doctor;

import ai.ipai.spi.connector.HeldLog;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What the sources of change capture keep of their logs for us, each source asked itself. */
final class LogCheck {
  private static final long MB = 1 << 20;
  private static final long GB = 1 << 30;

  private final List<Finding> findings;
  private final Function<String, Optional<HeldLog>> source;

  /**
   * A look at all connectors that read a PostgreSQL log.
   *
   * @param source asks a connector's source
   */
  LogCheck(List<Finding> findings, Function<String, Optional<HeldLog>> source) {
    this.findings = findings;
    this.source = source;
  }

  void run(Connection connection) throws SQLException {
    for (String connector : logged(connection)) {
      try {
        findings.add(finding(connector, source.apply(connector)));
      } catch (IpaiException e) {
        findings.add(
            Finding.warning(
                subject(connector),
                "cannot be asked: " + e.code() + ": " + e.getMessage(),
                e.hint()));
      }
    }
  }

  private static List<String> logged(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select name from ipai.connector
                where type = 'database' and definition -> 'connection' ->> 'kind' = 'postgresql'
                  and coalesce(definition -> 'connection' ->> 'log', 'false') <> 'false'
                order by name
                """);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  static Finding finding(String connector, Optional<HeldLog> held) {
    String run = "./ipai sync " + connector;
    if (held.isEmpty()) {
      return Finding.warning(subject(connector), "has no slot yet", run + " makes it.");
    }
    HeldLog log = held.get();
    String found =
        "slot %s, %s, keeps %s of at most %s; %s not stored yet"
            .formatted(
                log.name(),
                log.isActive() ? "active" : "not active",
                size(log.heldBytes()),
                size(log.mostBytes()),
                size(log.lagBytes()));
    if (log.isLost()) {
      return Finding.fault(
          subject(connector),
          "slot " + log.name() + " was given up by the server: its log is gone",
          run + " reads the tables whole; run it more often, or raise max_slot_wal_keep_size.");
    }
    String cure = run + "; if it is not to run any more: " + run + " --release-log";
    if (log.heldBytes() > log.mostBytes()) {
      return Finding.fault(subject(connector), found, cure);
    }
    return log.heldBytes() > log.mostBytes() / 2
        ? Finding.warning(subject(connector), found, cure)
        : Finding.good(subject(connector), found);
  }

  private static String subject(String connector) {
    return "log for " + connector;
  }

  private static String size(long bytes) {
    return bytes >= GB
        ? String.format(Locale.ROOT, "%.1f GB", (double) bytes / GB)
        : String.format(Locale.ROOT, "%.1f MB", (double) bytes / MB);
  }
}
