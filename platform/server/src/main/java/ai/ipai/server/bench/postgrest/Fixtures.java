package ai.ipai.server.bench.postgrest;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.migration.SqlSplitter;
import ai.ipai.postgres.migration.SqlStatement;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/**
 * The specs' tables, loaded as their own script for psql does: {@code \ir}, {@code :"VARIABLE"} and
 * data after {@code COPY … FROM STDIN} are understood. What cannot be made, since an extension is
 * not there, is told; the rest is loaded.
 *
 * @param missing names of relations and functions that are not there
 * @param faults the statements that failed, each with its reason, one line
 */
record Fixtures(Set<String> missing, List<String> faults) {
  static final String DATABASE = "postgrest_specs";

  /** Mixed case, as the specs have it, so that a server has to quote it. */
  static final String LOGIN = "Postgrest_Test_Authenticator";

  private static final Pattern INCLUDE = Pattern.compile("(?m)^\\\\ir\\s+(\\S+)\\s*$");
  private static final Pattern COMMAND = Pattern.compile("(?m)^\\\\(?!\\.\\s*$).*$");
  private static final Pattern COPY =
      Pattern.compile("(?ims)^\\s*(copy\\s[^;]*?from\\s+stdin[^;]*);[^\\n]*\\n(.*?)^\\\\\\.\\s*$");
  private static final Pattern LEADING_COMMENT = Pattern.compile("^(?:\\s*--[^\\n]*\\n)+");
  private static final Pattern CREATE =
      Pattern.compile(
          "(?is)^\\s*create\\s+(?:or\\s+replace\\s+)?(?:materialized\\s+)?"
              + "(?:table|view|function|aggregate|foreign\\s+table)\\s+"
              + "(?:if\\s+not\\s+exists\\s+)?(?:\"?\\w+\"?\\.)?\"?(\\w+)\"?");

  /** Functions that servers call by themselves, by the extension that brings them. */
  private static final Map<String, String> OF_EXTENSIONS = Map.of("postgis", "st_asgeojson");

  private static final Pattern EXTENSION =
      Pattern.compile("(?is)^\\s*create\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?(\\w+)");

  Fixtures {
    missing = Set.copyOf(missing);
    faults = List.copyOf(faults);
  }

  /**
   * Makes the database and the login, and loads.
   *
   * @param superuser of the server
   */
  static Fixtures load(DatabaseUrl superuser, String password, Path folder)
      throws IOException, SQLException {
    try (Connection server = PostgresClient.open(superuser, "ipai bench");
        Statement statement = server.createStatement()) {
      statement.execute(
          "create database "
              + DATABASE
              + " template template0 encoding 'UTF8' locale_provider libc locale 'C'");
      // What the specs' own runner puts into PGTZ and PGOPTIONS.
      statement.execute("alter database " + DATABASE + " set timezone to 'utc'");
      statement.execute("alter database " + DATABASE + " set search_path to public, test");
      statement.execute(
          "create role \"" + LOGIN + "\" login noinherit password '" + password + "'");
    }
    try (Connection database =
        PostgresClient.open(superuser.withDatabase(DATABASE), "ipai bench")) {
      Loading loading = new Loading(database);
      for (String name : files(folder)) {
        loading.file(Files.readString(folder.resolve(name)));
      }
      loading.run("vacuum analyze");
      return new Fixtures(loading.missing, loading.faults);
    }
  }

  /** As the script for psql names them; those outside of the folder are for other servers. */
  private static List<String> files(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    Matcher include = INCLUDE.matcher(Files.readString(folder.resolve("load.sql")));
    while (include.find()) {
      if (!include.group(1).startsWith("..")) {
        names.add(include.group(1));
      }
    }
    return names;
  }

  /** Whether a text names something that is not there. */
  boolean isMissing(String text) {
    for (String word : text.split("[^\\w]+", -1)) {
      if (missing.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** One loading. */
  private static final class Loading {
    private final Connection connection;
    private final Set<String> missing = new LinkedHashSet<>();
    private final List<String> faults = new ArrayList<>();

    Loading(Connection connection) {
      this.connection = connection;
    }

    void file(String source) throws IOException, SQLException {
      String text =
          source
              .replaceAll("(?<!:):\"PGUSER\"", "\"" + LOGIN + "\"")
              .replaceAll("(?<!:):DBNAME\\b", DATABASE);
      Matcher copy = COPY.matcher(text);
      int from = 0;
      while (copy.find()) {
        statements(text.substring(from, copy.start()));
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(copy.group(1), new StringReader(copy.group(2)));
        from = copy.end();
      }
      statements(text.substring(from));
    }

    private void statements(String text) throws SQLException {
      for (SqlStatement one : SqlSplitter.split(COMMAND.matcher(text).replaceAll(""))) {
        run(one.text());
      }
    }

    void run(String text) throws SQLException {
      String sql = LEADING_COMMENT.matcher(text).replaceFirst("");
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(sql);
      } catch (SQLException failed) {
        Matcher made = CREATE.matcher(sql);
        if (made.find()) {
          missing.add(made.group(1));
        }
        Matcher extension = EXTENSION.matcher(sql);
        if (extension.find()) {
          missing.add(OF_EXTENSIONS.getOrDefault(extension.group(1), extension.group(1)));
        }
        String head = sql.strip().lines().findFirst().orElse("");
        faults.add(
            head + ": " + String.valueOf(failed.getMessage()).lines().findFirst().orElse(""));
      }
    }
  }
}
