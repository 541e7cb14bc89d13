package ai.ipai.postgres.migration;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of {@code supabase_migrations.schema_migrations}.
 *
 * @param statements empty where somebody only marked it as applied
 */
record RecordedMigration(String version, String name, List<String> statements) {

  /** Space, comments' indentation and final semicolons aside: the CLI trims differently. */
  boolean isUnchanged(List<String> now) {
    return statements.isEmpty() || normal(statements).equals(normal(now));
  }

  private static String normal(List<String> statements) {
    return statements.stream()
        .map(text -> text.strip().replaceAll(";+\\s*$", "").replaceAll("\\s+", " "))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(";\n"));
  }
}
