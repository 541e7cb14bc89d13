package ai.ipai.server.doctor;

import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationSet;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A database from the inside, on a connection of the control plane. */
final class DatabaseCheck {
  private static final Duration MAX_SKEW = Duration.ofSeconds(5);
  private static final int MAX_NAMED = 4;
  private static final Set<String> NO_LOGINS =
      Set.of(
          "ipai_owner", "ipai_control", "anon", "authenticated", "service_role", "authenticator");

  private final Connection connection;
  private final List<Finding> findings;
  private final MigrationSet release;
  private final String migrate;

  /**
   * A look at one database.
   *
   * @param migrate what to type to bring it to this release
   */
  DatabaseCheck(
      Connection connection, List<Finding> findings, MigrationSet release, String migrate) {
    this.connection = connection;
    this.findings = findings;
    this.release = release;
    this.migrate = migrate;
  }

  void run() throws SQLException {
    findings.add(clock());
    findings.add(roles());
    migrations();
    unprotected();
  }

  private Finding clock() throws SQLException {
    Instant before = Instant.now();
    Instant there;
    try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
        ResultSet row = statement.executeQuery()) {
      row.next();
      there = row.getTimestamp(1).toInstant();
    }
    Duration trip = Duration.between(before, Instant.now());
    return clock(Duration.between(before.plus(trip.dividedBy(2)), there));
  }

  static Finding clock(Duration ahead) {
    if (ahead.abs().compareTo(MAX_SKEW) <= 0) {
      return Finding.good("clock", "agrees with the database");
    }
    return Finding.fault(
        "clock",
        "the database's is "
            + ahead.abs().toSeconds()
            + " s "
            + (ahead.isNegative() ? "behind" : "ahead of")
            + " this machine's",
        "Let both follow a time server (chronyd, systemd-timesyncd); tokens go by the clock.");
  }

  private Finding roles() throws SQLException {
    Map<String, Boolean> present = new LinkedHashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement("select rolname, rolcanlogin from pg_roles");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        present.put(rows.getString(1), rows.getBoolean(2));
      }
    }
    List<String> platform =
        Login.all().stream().flatMap(login -> login.platformRole().stream()).toList();
    List<String> missing =
        Stream.concat(
                Stream.concat(platform.stream(), NO_LOGINS.stream()),
                Login.all().stream().map(Login::role))
            .filter(role -> !present.containsKey(role))
            .sorted()
            .toList();
    List<String> shut =
        Login.all().stream()
            .map(Login::role)
            .filter(role -> present.containsKey(role) && !present.getOrDefault(role, false))
            .toList();
    if (missing.isEmpty() && shut.isEmpty()) {
      return Finding.good(
          "roles",
          platform.size() + " platform roles and " + Login.all().size() + " logins are there");
    }
    String found =
        (missing.isEmpty() ? "" : "missing: " + String.join(", ", missing))
            + (missing.isEmpty() || shut.isEmpty() ? "" : "; ")
            + (shut.isEmpty() ? "" : "cannot sign in: " + String.join(", ", shut));
    return Finding.fault("roles", found, "Run " + migrate + ".");
  }

  private void migrations() throws SQLException {
    if (!mayRead()) {
      findings.add(
          Finding.fault(
              "migrations", "are missing, or those of an earlier release", "Run " + migrate + "."));
      return;
    }
    Map<String, String> recorded = new LinkedHashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select version, coalesce(name, '')
                from supabase_migrations.schema_migrations order by version
                """);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        recorded.put(rows.getString(1), rows.getString(2));
      }
    }
    migrations(recorded);
  }

  /** To ask for a table in a schema that is closed to us would be an error. */
  private boolean mayRead() throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select count(*) from pg_attribute a
                join pg_class c on c.oid = a.attrelid
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'
                  and a.attname in ('version', 'name')
                  and has_schema_privilege(n.oid, 'usage')
                  and has_column_privilege(c.oid, a.attnum, 'select')
                """);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1) == 2;
    }
  }

  private void migrations(Map<String, String> recorded) {
    List<String> pending =
        release.migrations().stream()
            .filter(migration -> !recorded.containsKey(migration.version()))
            .map(Migration::file)
            .toList();
    Set<String> known =
        release.migrations().stream().map(Migration::version).collect(Collectors.toSet());
    List<String> newer = new ArrayList<>();
    List<String> others = new ArrayList<>();
    recorded.forEach(
        (version, name) -> {
          if (!known.contains(version)) {
            (name.startsWith("ipai_") ? newer : others).add(version + "_" + name);
          }
        });
    if (!pending.isEmpty()) {
      findings.add(
          Finding.fault("migrations", "not applied: " + some(pending), "Run " + migrate + "."));
    }
    if (!newer.isEmpty()) {
      findings.add(
          Finding.fault(
              "migrations",
              "of a newer release: " + some(newer),
              "Start that release, or restore a backup from before the upgrade."));
    }
    if (pending.isEmpty() && newer.isEmpty()) {
      findings.add(
          Finding.good(
              "migrations",
              known.size()
                  + " of this release"
                  + (others.isEmpty() ? "" : ", and of the project itself: " + some(others))));
    }
  }

  private static String some(List<String> names) {
    String more = names.size() > MAX_NAMED ? " and " + (names.size() - MAX_NAMED) + " more" : "";
    return String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size()))) + more;
  }

  private void unprotected() throws SQLException {
    try (PreparedStatement there =
            connection.prepareStatement(
                "select array_agg(proname) from pg_proc where proname = 'unprotected'"
                    + " and pronamespace = 'ipai'::regnamespace");
        ResultSet row = there.executeQuery()) {
      row.next();
      Array found = row.getArray(1);
      if (found == null) {
        return; // its migration is not applied, which was said
      }
    }
    int count = 0;
    try (PreparedStatement statement =
            connection.prepareStatement("select object, fault from ipai.unprotected()");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        count++;
        findings.add(
            Finding.fault(
                "protection",
                rows.getString(1) + ": " + rows.getString(2),
                "Run ./ipai apply: it protects whatever the rules are about."));
      }
    }
    if (count == 0) {
      findings.add(Finding.good("protection", "row security guards every table"));
    }
  }
}
