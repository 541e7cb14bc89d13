package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules in force: tables {@code ipai.policy} and {@code ipai.tag}. What a file says counts only
 * once it was applied. Works inside the caller's transaction, as {@code ipai_control} (both) or as
 * {@code ipai_publisher} and {@code ipai_loader} (reading).
 */
public final class PolicyStore {
  private PolicyStore() {}

  /** The rules in force, and the tags that came with models. */
  public static PolicySet load(Connection connection) throws SQLException {
    return loadRules(connection)
        .and(new PolicySet(List.of(), List.of(), List.of(), modelTags(connection)));
  }

  private static List<TagRule> modelTags(Connection connection) throws SQLException {
    List<TagRule> tags = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select schema_name, object_name, column_name, tag, file, line from ipai.tag
                where origin = 'model' order by 1, 2, 3, 4
                """)) {
      while (row.next()) {
        FilePlace place = new FilePlace(row.getString(5), row.getInt(6), 0);
        QualifiedName relation = QualifiedName.of(row.getString(1), row.getString(2));
        tags.add(TagRule.of(place, relation, row.getString(3), row.getString(4)));
      }
    }
    return tags;
  }

  /** Replaces the tags that come with one model. */
  public static void replaceModelTags(
      Connection connection, QualifiedName relation, List<TagRule> tags) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "delete from ipai.tag where origin = 'model' and schema_name = ? and object_name = ?")) {
      delete.setString(1, relation.schema());
      delete.setString(2, relation.name());
      delete.executeUpdate();
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into ipai.tag (schema_name, object_name, column_name, tag, file, line, origin)
            select ?, ?, ?, ?, ?, ?, 'model' on conflict do nothing
            """)) {
      for (TagRule rule : tags) {
        for (String tag : rule.tags()) {
          for (ColumnPattern column : rule.columns()) {
            add(insert, relation, column.column(), tag, rule.place());
          }
          if (!rule.tables().isEmpty()) {
            add(insert, relation, "", tag, rule.place());
          }
        }
      }
      insert.executeBatch();
    }
  }

  private static PolicySet loadRules(Connection connection) throws SQLException {
    PolicySet all = PolicySet.EMPTY;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select file, line, definition::text from ipai.policy order by id")) {
      while (row.next()) {
        all = all.and(read(new FilePlace(row.getString(1), row.getInt(2), 0), row.getString(3)));
      }
    }
    return all;
  }

  private static PolicySet read(FilePlace place, String definition) {
    Faults faults = new Faults();
    Optional<YamlNode> tree = Yaml.parse(place.file(), definition, faults);
    PolicySet set =
        tree.map(node -> PolicyReader.readAt(node, place, faults)).orElse(PolicySet.EMPTY);
    faults.throwIfAny(
        GovernanceErrors.POLICIES_AT_FAULT, "ipai.policy holds a rule that cannot be read");
    return set;
  }

  /** Replaces all rules. Returns whether anything was different. */
  public static boolean replace(Connection connection, PolicySet policies) throws SQLException {
    List<StoredRule> wanted = StoredRule.of(policies);
    if (wanted.equals(StoredRule.of(loadRules(connection)))) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("delete from ipai.policy");
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into ipai.policy (kind, file, line, definition, hash)
            values (?, ?, ?, ?::jsonb, ?)
            """)) {
      for (StoredRule rule : wanted) {
        insert.setString(1, rule.kind());
        insert.setString(2, rule.file());
        insert.setInt(3, rule.line());
        insert.setString(4, rule.definition());
        insert.setString(5, rule.hash());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return true;
  }

  /** Writes the tags of the relations that exist, as the rules in force spread them. */
  public static void replaceTags(Connection connection, PolicySet policies, CatalogSnapshot catalog)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("delete from ipai.tag where origin = 'policy'");
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into ipai.tag (schema_name, object_name, column_name, tag, file, line)
            values (?, ?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      for (RelationShape relation : catalog.relations().values()) {
        for (TagRule rule : policies.tags()) {
          addTags(insert, relation, rule);
        }
      }
      insert.executeBatch();
    }
  }

  private static void addTags(PreparedStatement insert, RelationShape relation, TagRule rule)
      throws SQLException {
    for (String tag : rule.tags()) {
      if (rule.tables().stream().anyMatch(t -> t.matches(relation.name()))) {
        add(insert, relation.name(), "", tag, rule.place());
      }
      for (String column : relation.columnNames()) {
        if (rule.columns().stream().anyMatch(c -> c.matches(relation.name(), column))) {
          add(insert, relation.name(), column, tag, rule.place());
        }
      }
    }
  }

  private static void add(
      PreparedStatement insert, QualifiedName relation, String column, String tag, FilePlace place)
      throws SQLException {
    insert.setString(1, relation.schema());
    insert.setString(2, relation.name());
    insert.setString(3, column);
    insert.setString(4, tag);
    insert.setString(5, place.file());
    insert.setInt(6, place.line());
    insert.addBatch();
  }
}
