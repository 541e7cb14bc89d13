package ai.ipai.governance.backup;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Backs up an embedded installation while it works: PostgreSQL's files between {@code
 * pg_backup_start} and {@code pg_backup_stop} with the WAL in between, and the folders of the
 * installation, in one checked file. Everything is in it (roles, policies, masks, all layers,
 * audit, encrypted secrets) but the master key, without which secrets stay unreadable.
 */
public final class Backup {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'ipai-'yyyyMMdd'T'HHmmss'Z.zip'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Made anew by a starting server, or private to the running one. */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans",
          "log");

  private static final Set<String> SKIPPED =
      Set.of("postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map");

  /** The passwords of the embedded server's own logins, and that they have been set. */
  private static final List<String> INSTALLATION_FILES =
      List.of("credentials.json", "postgres/bootstrapped");

  private static final String CONTROL_FILE = "global/pg_control";

  private final BackupSource source;
  private final MasterKey key;
  private final Clock clock;

  public Backup(BackupSource source, MasterKey key, Clock clock) {
    this.source = source;
    this.key = key;
    this.clock = clock;
  }

  /**
   * What was written.
   *
   * @param bytes of the file
   * @param contentBytes of all that is in it, before it was compressed
   * @param endedAt everything committed before the call is in it
   */
  public record Report(Path file, int files, long bytes, long contentBytes, Instant endedAt) {}

  /** What to answer for a database that is not the embedded one: its host backs it up. */
  public static IpaiException notEmbedded(DatabaseUrl url) {
    String host = url.host();
    String advice;
    if (host.endsWith(".supabase.co") || host.endsWith(".supabase.com")) {
      advice = "Turn on point-in-time recovery in the Supabase dashboard (Database, Backups).";
    } else if (host.endsWith(".ondigitalocean.com")) {
      advice = "DigitalOcean backs up daily; restore or fork it in the control panel (Backups).";
    } else {
      advice = "Use pg_basebackup or the backups of its host.";
    }
    return new IpaiException(
            BackupErrors.NOT_EMBEDDED, "Only the embedded database is backed up from here.")
        .fact("host", host)
        .hint(
            advice + " Keep the storage folder, the audit checkpoints and the master key as well.");
  }

  /**
   * Writes a backup. Errors: {@code BAK-002} to {@code BAK-006}.
   *
   * @param target a new file, or a folder in which it is named after the time
   */
  public Report write(Path target) {
    return write(target, bytes -> {});
  }

  /**
   * As {@link #write(Path)}.
   *
   * @param copied hears of every piece that went in, in bytes; together about {@link #size}
   */
  public Report write(Path target, LongConsumer copied) {
    Path file = Files.isDirectory(target) ? target.resolve(NAME.format(clock.instant())) : target;
    if (Files.exists(file)) {
      throw new IpaiException(BackupErrors.TARGET_EXISTS, "The backup file exists already.")
          .fact("file", file)
          .hint("Name another: a backup never replaces one.");
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      BackupManifest manifest = writePartial(partial, copied);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      return new Report(
          file,
          manifest.files().size(),
          Files.size(file),
          manifest.contentBytes(),
          manifest.endedAt());
    } catch (IOException failed) {
      throw new IpaiException(
              BackupErrors.WRITE_FAILED, "The backup could not be written: " + failed, failed)
          .fact("file", file)
          .hint("Free space or name another disk; nothing is left behind.");
    } catch (SQLException failed) {
      throw new IpaiException(
              BackupErrors.DATABASE_FAILED,
              "The database refused the backup (SQLSTATE " + failed.getSQLState() + ").",
              failed)
          .hint("A backup needs the embedded server's own superuser and a free replication slot.");
    } finally {
      deleteQuietly(partial);
    }
  }

  private BackupManifest writePartial(Path partial, LongConsumer copied)
      throws IOException, SQLException {
    refuseTablespaces();
    try (BackupWriter writer = BackupWriter.create(partial, copied);
        Connection connection = PostgresClient.open(source.superuser(), "ipai backup")) {
      Instant startedAt = clock.instant();
      keepWal(connection);
      String start = text(connection, "select pg_backup_start('ipai backup', true)::text");
      copyCluster(writer);
      Stop stop = stop(connection);
      writer.addBytes("cluster/backup_label", stop.label().getBytes(StandardCharsets.UTF_8));
      copyWal(writer, connection, start, stop.lsn());
      copyInstallation(writer);
      BackupManifest manifest =
          new BackupManifest(
              BackupManifest.FORMAT,
              BackupManifest.PRODUCT,
              startedAt,
              clock.instant(),
              text(connection, "show server_version"),
              text(connection, "select system_identifier::text from pg_control_system()"),
              start,
              stop.lsn(),
              BackupManifest.keyId(key),
              writer.entries());
      byte[] json = manifest.json();
      writer.addPlain(BackupManifest.NAME, json);
      writer.addPlain(
          BackupManifest.MAC_NAME,
          BackupManifest.mac(key, json).getBytes(StandardCharsets.US_ASCII));
      writer.finish();
      return manifest;
    }
  }

  /** As long as this connection lives, no WAL from here on is recycled. */
  private static void keepWal(Connection connection) throws SQLException {
    String slot = "ipai_backup_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    text(
        connection,
        "select slot_name::text from pg_create_physical_replication_slot('"
            + slot
            + "', true, true)");
  }

  /** Bytes to copy, about: others work meanwhile. */
  public long size() {
    long bytes = 0;
    List<Path> folders = new ArrayList<>(source.folders().values());
    folders.add(source.clusterDir());
    for (Path folder : folders) {
      bytes += size(folder);
    }
    return bytes;
  }

  private static long size(Path folder) {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException vanished) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException unknown) {
      return bytes[0];
    }
    return bytes[0];
  }

  private record Stop(String lsn, String label) {}

  private static Stop stop(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select lsn::text, labelfile from pg_backup_stop(false)")) {
      row.next();
      return new Stop(row.getString(1), row.getString(2));
    }
  }

  private void refuseTablespaces() throws IOException {
    try (Stream<Path> links = Files.list(source.clusterDir().resolve("pg_tblspc"))) {
      if (links.findAny().isPresent()) {
        throw new IpaiException(
                BackupErrors.TABLESPACES, "The database has tablespaces outside its folder.")
            .hint("Move their tables to pg_default, or use pg_basebackup.");
      }
    }
  }

  /** The control file last, as PostgreSQL's own tool does. */
  private void copyCluster(BackupWriter writer) throws IOException {
    Path cluster = source.clusterDir();
    Files.walkFileTree(
        cluster,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            String path = relative(cluster, folder);
            if (path.contains("pgsql_tmp")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            writer.addFolder(path.isEmpty() ? "cluster" : "cluster/" + path);
            return EMPTIED.contains(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String path = relative(cluster, file);
            boolean wanted =
                attributes.isRegularFile()
                    && !SKIPPED.contains(path)
                    && !path.equals(CONTROL_FILE)
                    && !path.endsWith("pg_internal.init")
                    && !path.contains("pgsql_tmp");
            if (wanted) {
              writer.addFile("cluster/" + path, file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
            if (failed instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failed;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
              throws IOException {
            if (failed != null && !(failed instanceof NoSuchFileException)) {
              throw failed;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    writer.addFolder("cluster/pg_wal/archive_status");
    writer.addFile("cluster/" + CONTROL_FILE, cluster.resolve(CONTROL_FILE));
  }

  private static String relative(Path root, Path path) {
    return root.relativize(path).toString().replace('\\', '/');
  }

  private void copyWal(BackupWriter writer, Connection connection, String start, String stop)
      throws IOException, SQLException {
    String segments =
        text(
            connection,
            """
            select string_agg(pg_walfile_name(first + n * size), ',' order by n)
            from (select setting::numeric as size from pg_settings where name = 'wal_segment_size') s,
              lateral (select '%s'::pg_lsn as first) f,
              lateral generate_series(0, ceil(('%s'::pg_lsn - first) / size)) as n
            where pg_walfile_name(first + n * size) <= pg_walfile_name('%s'::pg_lsn)
            """
                .formatted(start, stop, stop));
    for (String segment : segments.split(",", -1)) {
      Path file = source.clusterDir().resolve("pg_wal").resolve(segment);
      if (!Files.exists(file)) {
        throw new IpaiException(
                BackupErrors.WAL_GONE, "The server recycled WAL before it could be copied.")
            .fact("segment", segment)
            .hint("Raise max_slot_wal_keep_size, or back up when less is written.");
      }
      writer.addFile("cluster/pg_wal/" + segment, file);
    }
  }

  private void copyInstallation(BackupWriter writer) throws IOException {
    for (String file : INSTALLATION_FILES) {
      writer.addFile("installation/" + file, source.dataDir().resolve(file));
    }
    for (var folder : source.folders().entrySet()) {
      if (Files.isRegularFile(folder.getValue())) {
        writer.addFile("installation/" + folder.getKey(), folder.getValue());
      }
      if (!Files.isDirectory(folder.getValue())) {
        continue;
      }
      try (Stream<Path> files = Files.walk(folder.getValue())) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String relative = relative(folder.getValue(), file);
          String path =
              "installation/" + folder.getKey() + (relative.isEmpty() ? "" : "/" + relative);
          if (Files.isDirectory(file)) {
            writer.addFolder(path);
          } else if (Files.isRegularFile(file)) {
            writer.addFile(path, file);
          }
        }
      }
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void deleteQuietly(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException ignored) {
      // Its name says what it is; the next backup to this file removes it.
    }
  }
}
