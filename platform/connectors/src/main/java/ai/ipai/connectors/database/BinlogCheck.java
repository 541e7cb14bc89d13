package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a MariaDB or MySQL server lacks for its log to be read, each with its cure. */
final class BinlogCheck {
  private static final long DAY_SECONDS = 86_400;
  private static final String FILE = "in the server's configuration file, then restart it: ";

  private final Connection connection;
  private final DatabaseSettings settings;
  private final LogSettings log;
  private final Map<String, String> variables = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  BinlogCheck(Connection connection, DatabaseSettings settings, LogSettings log) {
    this.connection = connection;
    this.settings = settings;
    this.log = log;
  }

  List<Finding> run(BinlogTables tables) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show global variables")) {
      while (rows.next()) {
        variables.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
      }
    }
    server();
    rights();
    contents();
    tables
        .unreadable()
        .forEach(
            (stream, columns) ->
                findings.add(
                    Finding.error(
                        "%s has %d columns of types or character sets that cannot be read from the log"
                            .formatted(stream, columns),
                        "set log: false for it: it is then read whole, or by a cursor")));
    return findings;
  }

  private boolean is(String variable, String value) {
    return variables.getOrDefault(variable, "").equalsIgnoreCase(value);
  }

  private void server() {
    if (!is("log_bin", "ON")) {
      findings.add(
          Finding.error(
              "the server writes no binary log", FILE + "log_bin = binlog, server_id = 1"));
    }
    if (is("server_id", "0")) {
      findings.add(
          Finding.error(
              "the server has no number, and serves no replicas without one",
              "as its administrator: set global server_id = 1, and in its configuration file"));
    }
    if (is("server_id", Long.toString(log.serverId()))) {
      findings.add(
          Finding.error(
              "the server has the number by which we would be its replica",
              "set log.server_id to a number that nobody has"));
    }
    long keeps = number("binlog_expire_logs_seconds", number("expire_logs_days", 0) * DAY_SECONDS);
    if (keeps > 0 && keeps < DAY_SECONDS) {
      findings.add(
          Finding.warning(
              "the server purges its log after less than a day",
              "as its administrator: set global binlog_expire_logs_seconds = 604800; after a longer"
                  + " break the tables are read whole"));
    }
  }

  private long number(String variable, long otherwise) {
    String value = variables.getOrDefault(variable, "");
    return value.matches("\\d{1,9}") ? Long.parseLong(value) : otherwise;
  }

  private void contents() {
    demand(
        "binlog_format",
        "ROW",
        "the log tells statements instead of rows",
        "set global binlog_format = 'ROW'");
    demand(
        "binlog_row_image",
        "FULL",
        "the log leaves columns out",
        "set global binlog_row_image = 'FULL'");
    if (is("binlog_row_value_options", "PARTIAL_JSON")) {
      findings.add(
          Finding.error(
              "the log tells parts of JSON values only",
              "as its administrator: set global binlog_row_value_options = ''"));
    }
    if (is("binlog_transaction_compression", "ON") || is("log_bin_compress", "ON")) {
      findings.add(
          Finding.error(
              "the log is compressed",
              "as its administrator: set global binlog_transaction_compression = off (MySQL), set"
                  + " global log_bin_compress = off (MariaDB)"));
    }
    if (!is("binlog_row_metadata", "FULL")) {
      findings.add(
          Finding.warning(
              "the log does not name columns: a table that is altered is read whole",
              "as its administrator: set global binlog_row_metadata = 'FULL' (MariaDB 10.5, MySQL"
                  + " 8.0)"));
    }
  }

  private void demand(String variable, String value, String problem, String cure) {
    if (!is(variable, value)) {
      findings.add(
          Finding.error(
              problem + ": " + variable + " is not " + value,
              "as its administrator: "
                  + cure
                  + ", and in its configuration file; sessions that are"
                  + " open keep what they have"));
    }
  }

  /** What the grants say; rights that come by roles are left to the server to refuse. */
  private void rights() throws SQLException {
    StringBuilder grants = new StringBuilder();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("show grants")) {
      while (rows.next()) {
        grants.append(rows.getString(1).toUpperCase(Locale.ROOT)).append('\n');
      }
    }
    String all = grants.toString();
    boolean everything = all.contains("ALL PRIVILEGES ON *.*");
    boolean reads = all.contains("REPLICATION SLAVE") || all.contains("REPLICATION REPLICA");
    boolean looks =
        all.contains("REPLICATION CLIENT")
            || all.contains("BINLOG MONITOR")
            || all.contains("REPLICATION_SLAVE_ADMIN");
    if (!everything && !(reads && looks)) {
      findings.add(
          Finding.error(
              "the reading user may not read the log",
              "as an administrator: grant replication slave, replication client on *.* to '%s'@'…'"
                  .formatted(settings.login())));
    }
  }
}
