package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** A CSV file as a table: types as configured, otherwise the narrowest that takes every value. */
final class SeedBuild {
  private static final List<String> TYPES =
      List.of("bigint", "numeric", "boolean", "date", "timestamptz", "timestamp");
  private static final Map<String, String> PATTERNS =
      Map.of(
          "bigint", "^(0|-?[1-9][0-9]{0,17})$",
          "numeric", "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
          "boolean", "^(true|false|True|False|TRUE|FALSE)$",
          "date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
          "timestamptz",
              "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$",
          "timestamp", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?$");

  private final BuildSession session;
  private final Node node;
  private final Path file;

  SeedBuild(BuildSession session, Node node, Path file) {
    this.session = session;
    this.node = node;
    this.file = file;
  }

  void run(QualifiedName build, QualifiedName raw) throws SQLException {
    session.drop(raw);
    session.drop(build);
    char delimiter =
        node.config().text("delimiter").filter(text -> text.length() == 1).orElse(",").charAt(0);
    List<String> columns = header(delimiter);
    session.run(
        "create table "
            + raw.quoted()
            + " ("
            + String.join(
                ", ", columns.stream().map(column -> SqlText.identifier(column) + " text").toList())
            + ")");
    try (Reader reader = Files.newBufferedReader(file)) {
      session
          .connection()
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy "
                  + raw.quoted()
                  + " from stdin (format csv, header true, delimiter "
                  + SqlText.literal(String.valueOf(delimiter))
                  + ")",
              reader);
    } catch (IOException unreadable) {
      throw fault("the file cannot be read as UTF-8");
    }
    Map<?, ?> configured = node.config().mapping("column_types");
    List<String> selected = new ArrayList<>();
    for (String column : columns) {
      String name = SqlText.identifier(column);
      Object type = configured.get(column);
      selected.add(
          "cast(" + name + " as " + (type == null ? infer(raw, name) : type) + ") as " + name);
    }
    session.run(
        "create table "
            + build.quoted()
            + " as select "
            + String.join(", ", selected)
            + " from "
            + raw.quoted());
    session.drop(raw);
  }

  private String infer(QualifiedName raw, String column) throws SQLException {
    List<String> tests = new ArrayList<>();
    for (String type : TYPES) {
      tests.add(
          "coalesce(bool_and("
              + column
              + " ~ "
              + SqlText.literal(PATTERNS.getOrDefault(type, ""))
              + "), false)::int");
    }
    List<Long> fits =
        session.numbers(
            "select "
                + String.join(", ", tests)
                + " from "
                + raw.quoted()
                + " where "
                + column
                + " is not null");
    for (int i = 0; i < TYPES.size(); i++) {
      if (fits.get(i) == 1) {
        return TYPES.get(i);
      }
    }
    return "text";
  }

  private List<String> header(char delimiter) {
    List<String> columns = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      StringBuilder name = new StringBuilder();
      boolean quoted = false;
      int c = reader.read();
      while (c >= 0 && (quoted || (c != '\n' && c != '\r'))) {
        if (c == '"') {
          quoted = !quoted;
        } else if (c == delimiter && !quoted) {
          columns.add(name.toString().strip());
          name.setLength(0);
        } else if (c != '\uFEFF') {
          name.append((char) c);
        }
        c = reader.read();
      }
      columns.add(name.toString().strip());
    } catch (IOException unreadable) {
      throw fault("the file cannot be read as UTF-8");
    }
    if (columns.contains("") || new HashSet<>(columns).size() < columns.size()) {
      throw fault("the first line must name each column once");
    }
    return columns;
  }

  private IpaiException fault(String message) {
    return new IpaiException(PipelineErrors.BAD_SEED, node.code().place() + ": " + message)
        .fact("file", node.code().place().file())
        .hint("A seed is a CSV file in UTF-8 whose first line names the columns.");
  }
}
