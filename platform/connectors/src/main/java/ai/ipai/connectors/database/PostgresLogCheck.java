package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a PostgreSQL server lacks for its log to be read, each with the statement that cures it. */
final class PostgresLogCheck {
  private final Connection connection;
  private final DatabaseSettings settings;
  private final LogSettings log;
  private final List<Finding> findings = new ArrayList<>();

  PostgresLogCheck(Connection connection, DatabaseSettings settings, LogSettings log) {
    this.connection = connection;
    this.settings = settings;
    this.log = log;
  }

  List<Finding> run(Map<String, SourceTable> tables) throws SQLException {
    if (!one("show wal_level").orElse("").equals("logical")) {
      findings.add(
          Finding.error(
              "the server's log does not tell rows: wal_level is not logical",
              "as its administrator: alter system set wal_level = 'logical', then restart it; a"
                  + " managed server has a switch for it"));
    }
    role();
    slot();
    publication(tables);
    for (SourceTable table : tables.values()) {
      identity(table);
    }
    return findings;
  }

  private void role() throws SQLException {
    boolean may =
        one("""
        select exists (select from pg_roles where rolname = current_user
            and (rolreplication or rolsuper))
          or exists (select from pg_roles where rolname in ('rds_replication')
            and pg_has_role(current_user, oid, 'member'))
        """)
            .orElse("f")
            .equals("t");
    if (!may) {
      findings.add(
          Finding.error(
              "the reading user may not read the log",
              "as an administrator: alter role %s replication"
                  .formatted(SqlText.identifier(one("select current_user").orElse("")))));
    }
  }

  private void slot() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select coalesce(to_jsonb(s) ->> 'wal_status', '') as status,
              pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) as held,
              pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > ? as is_over
            from pg_replication_slots s where slot_name = ?
            """)) {
      statement.setLong(1, log.mostBytes());
      statement.setString(2, log.slot());
      ResultSet rows = statement.executeQuery();
      if (rows.next()) {
        held(rows);
      } else {
        room();
      }
    }
    if (one("select setting from pg_settings where name = 'max_slot_wal_keep_size'")
        .orElse("")
        .equals("-1")) {
      findings.add(
          Finding.warning(
              "nothing on the server limits the log that a slot holds while no run comes",
              "as its administrator: alter system set max_slot_wal_keep_size = '%dMB', then select"
                      .formatted(log.mostBytes() >> 20)
                  + " pg_reload_conf()"));
    }
  }

  private void held(ResultSet rows) throws SQLException {
    if (rows.getString("status").equals("lost")) {
      findings.add(
          Finding.warning(
              "the server has given up slot " + log.slot() + ": its log is gone",
              "the next run reads the tables whole and compares them; run more often, or raise"
                  + " max_slot_wal_keep_size"));
    } else if (rows.getBoolean("is_over")) {
      findings.add(
          Finding.warning(
              "slot %s makes the server keep %s of its log, more than log.most"
                  .formatted(log.slot(), rows.getString("held")),
              "run the connector; streams that are too far behind are then read whole"));
    }
  }

  private void room() throws SQLException {
    boolean full =
        one("""
        select count(*) >= current_setting('max_replication_slots')::int
        from pg_replication_slots
        """)
            .orElse("f")
            .equals("t");
    if (full) {
      findings.add(
          Finding.error(
              "all replication slots of the server are taken",
              "drop one that is not used (select * from pg_replication_slots where not active), or"
                  + " raise max_replication_slots"));
    }
  }

  private void publication(Map<String, SourceTable> tables) throws SQLException {
    Map<String, String> published = new LinkedHashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select t.schemaname, t.tablename,
              not (p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate) as is_part,
              to_jsonb(t) ->> 'rowfilter' as filter, p.puballtables
            from pg_publication p left join pg_publication_tables t using (pubname)
            where p.pubname = ?
            """)) {
      statement.setString(1, log.publication());
      ResultSet rows = statement.executeQuery();
      boolean exists = false;
      boolean part = false;
      boolean all = false;
      while (rows.next()) {
        exists = true;
        part |= rows.getBoolean("is_part") || rows.getString("filter") != null;
        all |= rows.getBoolean("puballtables");
        if (rows.getString(1) != null) {
          List<String> schemas =
              settings.schemas().isEmpty() ? List.of("public") : settings.schemas();
          String stream = Dialect.streamName(schemas, rows.getString(1), rows.getString(2));
          published.put(stream, rows.getString(1) + "." + rows.getString(2));
        }
      }
      compare(tables, published, exists, part, all);
    }
  }

  private void compare(
      Map<String, SourceTable> tables,
      Map<String, String> published,
      boolean exists,
      boolean part,
      boolean all) {
    String name = SqlText.identifier(log.publication());
    String wanted =
        String.join(", ", tables.values().stream().map(SourceTable::from).sorted().toList());
    if (!exists) {
      findings.add(
          Finding.error(
              "the database has no publication " + log.publication(),
              "as the tables' owner: create publication %s for table %s with"
                      .formatted(name, wanted)
                  + " (publish_via_partition_root = true)"));
      return;
    }
    List<String> missing =
        tables.entrySet().stream()
            .filter(table -> !published.containsKey(table.getKey()))
            .map(table -> table.getValue().from())
            .toList();
    if (!missing.isEmpty()) {
      findings.add(
          Finding.error(
              "publication %s leaves out %s"
                  .formatted(log.publication(), String.join(", ", missing)),
              "as its owner: alter publication %s add table %s"
                  .formatted(name, String.join(", ", missing))));
    }
    if (part) {
      findings.add(
          Finding.error(
              "publication %s publishes only some rows or some kinds of changes"
                  .formatted(log.publication()),
              "as its owner: alter publication %s set (publish = 'insert, update, delete,"
                      .formatted(name)
                  + " truncate'), and take the row filters off"));
    }
    if (all || published.keySet().stream().anyMatch(stream -> !tables.containsKey(stream))) {
      findings.add(
          Finding.warning(
              "publication %s publishes tables that are not selected".formatted(log.publication()),
              "as its owner: create it for the selected tables only, so that the others' rows are"
                  + " not sent: %s".formatted(wanted)));
    }
  }

  /** The log must tell the key of a row that changes or goes. */
  private void identity(SourceTable table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select c.relreplident, coalesce(array_agg(a.attname) filter (where a.attname is not null), '{}')
            from pg_class c
            left join pg_index i on i.indrelid = c.oid
              and case c.relreplident when 'i' then i.indisreplident else i.indisprimary end
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
            where c.oid = ?::regclass group by c.relreplident
            """)) {
      statement.setString(1, table.from());
      ResultSet rows = statement.executeQuery();
      rows.next();
      String kind = rows.getString(1);
      List<String> told = List.of((String[]) rows.getArray(2).getArray());
      boolean tells = kind.equals("f") || (!kind.equals("n") && told.containsAll(table.key()));
      if (!tells) {
        findings.add(
            Finding.error(
                "the log does not tell the key of changed rows of " + table.name(),
                "as its owner: alter table %s replica identity full, or declare %s its primary key"
                    .formatted(table.from(), String.join(", ", table.key()))));
      }
    }
  }

  private Optional<String> one(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }
}
