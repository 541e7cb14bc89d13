package ai.ipai.postgres.migration;

/**
 * One file of {@code supabase/migrations}.
 *
 * @param version the digits before the first underscore, such as {@code 20261123100000}
 * @param name what follows, without {@code .sql}
 * @param file for messages
 */
public record Migration(String version, String name, String file, String sql)
    implements Comparable<Migration> {
  @Override
  public int compareTo(Migration other) {
    return version.compareTo(other.version);
  }
}
