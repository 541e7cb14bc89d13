package ai.ipai.governance.publish;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Moves relations between schemas and takes all rights from them. */
final class Relocation {
  private Relocation() {}

  /** Moves a table or view, with its indexes, to another schema and name. */
  static void move(Sql sql, Found relation, QualifiedName to, long version) throws SQLException {
    renameIndexes(sql, relation, to, version);
    QualifiedName from = relation.name();
    // The way leads over a name that nobody has: the old name may be taken in the new schema.
    QualifiedName passing = QualifiedName.of(from.schema(), "_ipai_moving_" + relation.oid());
    rename(sql, relation.word(), from, passing.name());
    if (!from.schema().equals(to.schema())) {
      sql.run(
          "alter "
              + relation.word()
              + " "
              + passing.quoted()
              + " set schema "
              + SqlText.identifier(to.schema()));
    }
    rename(sql, relation.word(), QualifiedName.of(to.schema(), passing.name()), to.name());
  }

  private static void rename(Sql sql, String word, QualifiedName from, String to)
      throws SQLException {
    sql.run("alter " + word + " " + from.quoted() + " rename to " + SqlText.identifier(to));
  }

  /** Names of indexes are unique in a schema too: they take the version that they serve. */
  private static void renameIndexes(Sql sql, Found relation, QualifiedName to, long version)
      throws SQLException {
    int number = 0;
    for (String name :
        sql.texts(
            "select i.indexrelid::regclass::text from pg_index i where i.indrelid = ? order by i.indexrelid",
            relation.oid())) {
      number++;
      String fitting = PartName.fit(to.name(), "__v" + version + "_idx" + number);
      sql.run("alter index " + name + " rename to " + SqlText.identifier(fitting));
    }
  }

  /**
   * Takes every policy and every grant from a relation, whoever gave it; the owner's rights stay.
   */
  static void strip(Sql sql, Found relation) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (String policy :
        sql.texts("select polname from pg_policy where polrelid = ?", relation.oid())) {
      statements.add(
          "drop policy " + SqlText.identifier(policy) + " on " + relation.name().quoted());
    }
    for (String grantee : sql.texts(GRANTEES, relation.oid(), relation.oid())) {
      statements.add("revoke all on " + relation.name().quoted() + " from " + grantee);
    }
    sql.runAll(statements);
  }

  /** Grants on the relation and on its columns; revoking on the relation covers both. */
  private static final String GRANTEES =
      """
      select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
      from (
        select relacl as acl, relowner from pg_class where oid = ?
        union all
        select t.attacl, c.relowner from pg_attribute t join pg_class c on c.oid = t.attrelid where t.attrelid = ?
      ) as held, aclexplode(held.acl) as a
      where a.grantee <> held.relowner
      """;
}
