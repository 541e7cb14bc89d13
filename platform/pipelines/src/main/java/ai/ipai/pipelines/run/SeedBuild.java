package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

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

  private static final int BLOCK_CHARACTERS = 1 << 16;

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
    copy(raw, columns, delimiter);
    Map<?, ?> configured = node.config().mapping("column_types");
    List<String> selected = new ArrayList<>();
    for (String column : columns) {
      String name = SqlText.identifier(column);
      Object type = type(configured, column);
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

  /** Names that are not quoted are the same in any case. */
  private static @Nullable Object type(Map<?, ?> configured, String column) {
    Object exact = configured.get(column);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<?, ?> entry : configured.entrySet()) {
      if (String.valueOf(entry.getKey()).equalsIgnoreCase(column)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private void copy(QualifiedName raw, List<String> columns, char delimiter) throws SQLException {
    CopyIn copy =
        session
            .connection()
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy " + raw.quoted() + " from stdin (format csv)");
    try (Reader reader = Files.newBufferedReader(file)) {
      SeedRows rows = new SeedRows(reader, delimiter);
      rows.next();
      StringBuilder block = new StringBuilder();
      for (List<String> record = rows.next(); record != null; record = rows.next()) {
        if (record.size() > columns.size()) {
          throw new IpaiException(
                  PipelineErrors.BAD_SEED,
                  node.code().place().file()
                      + ":"
                      + rows.line()
                      + ": the line has "
                      + record.size()
                      + " values for "
                      + columns.size()
                      + " columns")
              .hint("Put values that hold the delimiter between double quotes.");
        }
        append(block, record, columns.size());
        if (block.length() > BLOCK_CHARACTERS) {
          write(copy, block);
        }
      }
      write(copy, block);
      copy.endCopy();
    } catch (IOException unreadable) {
      throw fault("the file cannot be read as UTF-8, or a quote is never closed");
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void append(StringBuilder block, List<String> record, int width) {
    for (int i = 0; i < width; i++) {
      String value = i < record.size() ? SeedRows.meaning(record.get(i)) : null;
      block.append(i == 0 ? "" : ",");
      if (value != null) {
        block.append('"').append(value.replace("\"", "\"\"")).append('"');
      }
    }
    block.append('\n');
  }

  private static void write(CopyIn copy, StringBuilder block) throws SQLException {
    byte[] bytes = block.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    block.setLength(0);
  }

  /** As they stand, or as PostgreSQL takes names that are not quoted. */
  private List<String> header(char delimiter) {
    boolean quotes = node.config().flag("quote_columns", true);
    List<String> columns = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      List<String> first = new SeedRows(reader, delimiter).next();
      for (String name : first == null ? List.<String>of() : first) {
        columns.add(quotes ? name.strip() : name.strip().toLowerCase(Locale.ROOT));
      }
    } catch (IOException unreadable) {
      throw fault("the file cannot be read as UTF-8");
    }
    if (columns.isEmpty()
        || columns.contains("")
        || new HashSet<>(columns).size() < columns.size()) {
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
