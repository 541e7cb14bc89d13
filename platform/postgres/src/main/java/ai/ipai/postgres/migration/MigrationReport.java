package ai.ipai.postgres.migration;

import java.util.List;

/**
 * What a run did.
 *
 * @param applied now, in order
 * @param present before
 * @param warnings for people: changed files, files out of order
 */
public record MigrationReport(
    List<Migration> applied, List<Migration> present, List<String> warnings) {
  public MigrationReport {
    applied = List.copyOf(applied);
    present = List.copyOf(present);
    warnings = List.copyOf(warnings);
  }
}
