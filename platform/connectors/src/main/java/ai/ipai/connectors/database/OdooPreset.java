package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What of an Odoo database is copied: the tables of its models and their relations. Left out are
 * what lives for minutes (transient models, queues, presence, sessions), Odoo's own log, what signs
 * people in, and the bytes of attachments.
 */
final class OdooPreset {
  /** Of all versions from 14 on; a table that a version lacks does no harm. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "ir_logging",
          "ir_profile",
          "ir_config_parameter",
          "ir_cron_trigger",
          "ir_cron_progress",
          "bus_bus",
          "bus_presence",
          "mail_presence",
          "discuss_channel_rtc_session",
          "mail_channel_rtc_session",
          "mail_push",
          "mail_push_device",
          "res_users_apikeys",
          "res_users_deletion",
          "res_users_log",
          "res_device",
          "res_device_log",
          "auth_totp_device",
          "auth_passkey_key",
          "website_visitor",
          "website_track",
          "web_tour_tour");

  private static final Pattern SIGNALS = Pattern.compile("orm_signaling_.*|base_.*_signaling.*");

  private static final Pattern SECRET =
      Pattern.compile(
          ".*(password|passwd|secret|api_?key|private_key|credential|access_key).*"
              + "|(.*_)?(pass|pwd|token)(_.*)?");

  private OdooPreset() {}

  /**
   * The tables to copy, without the columns that are not.
   *
   * @param schema of Odoo's tables
   * @param named tables that somebody wants by name, whatever they are
   * @throws IpaiException {@code CON-002} if the database is none of Odoo's
   */
  static List<SourceTable> apply(
      Connection connection, String schema, List<SourceTable> tables, Set<String> named)
      throws SQLException {
    Set<String> here = new HashSet<>();
    tables.forEach(table -> here.add(table.name()));
    if (!here.contains("ir_model") || !here.contains("ir_model_relation")) {
      throw new IpaiException(
              ConnectorErrors.SETTING, "setting preset: odoo, but this user sees no Odoo database")
          .fact("setting", "preset")
          .hint("check database and schemas, and grant select on all tables to the user");
    }
    Predicate<SourceTable> isCopied = isCopied(transients(connection, schema));
    List<SourceTable> copied = new ArrayList<>();
    for (SourceTable table : tables) {
      if (named.contains(table.name()) || isCopied.test(table)) {
        copied.add(open(table));
      }
    }
    return copied;
  }

  private static Predicate<SourceTable> isCopied(Set<String> transients) {
    return table ->
        table.isStored()
            && !transients.contains(table.name())
            && !LEFT_OUT.contains(table.name())
            && !SIGNALS.matcher(table.name()).matches();
  }

  private static Set<String> transients(Connection connection, String schema) throws SQLException {
    Set<String> names = new HashSet<>();
    String sql =
        """
        select replace(m.model, '.', '_') from %1$s.ir_model m where m.transient
        union
        select r.name from %1$s.ir_model_relation r join %1$s.ir_model m on m.id = r.model
        where m.transient
        """
            .formatted(Dialect.quoted(schema, "\""));
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static SourceTable open(SourceTable table) {
    Set<String> hidden = new HashSet<>();
    for (TableField field : table.fields()) {
      if (isHidden(table, field)) {
        hidden.add(field.name());
      }
    }
    return hidden.isEmpty() ? table : table.without(hidden);
  }

  /** A number that refers to a record is no secret, whatever its column is called. */
  static boolean isHidden(SourceTable table, TableField field) {
    boolean isText =
        switch (field.type()) {
          case TEXT, JSON, BYTES -> true;
          case BOOLEAN, BIGINT, NUMERIC, DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ -> false;
        };
    boolean isBytes = table.name().equals("ir_attachment") && field.name().equals("db_datas");
    boolean isSecret = SECRET.matcher(field.name().toLowerCase(Locale.ROOT)).matches();
    return isBytes || (isText && isSecret && !table.key().contains(field.name()));
  }
}
