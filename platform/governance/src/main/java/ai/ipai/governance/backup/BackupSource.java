package ai.ipai.governance.backup;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is backed up: a running embedded server, and folders and files of the data folder that
 * belong to the installation.
 *
 * @param superuser a login that may call {@code pg_backup_start}
 * @param clusterDir PostgreSQL's own folder
 * @param dataDir the platform's data folder; {@code credentials.json} is taken from it
 * @param folders and single files, by the path that they have below the data folder, such as {@code
 *     storage}; absent ones are skipped
 */
public record BackupSource(
    DatabaseUrl superuser, Path clusterDir, Path dataDir, Map<String, Path> folders) {
  public BackupSource {
    folders = java.util.Collections.unmodifiableMap(new TreeMap<>(folders));
  }

  /** An embedded server with these folders of its data folder, such as {@code storage}. */
  public static BackupSource of(EmbeddedPostgres server, Path dataDir, String... folders) {
    Map<String, Path> byName = new TreeMap<>();
    for (String folder : folders) {
      byName.put(folder, dataDir.resolve(folder));
    }
    return new BackupSource(server.superuserUrl(), server.clusterDir(), dataDir, byName);
  }
}
