package ai.ipai.governance.backup;

import ai.ipai.governance.object.ObjectStore;
import ai.ipai.governance.vault.FileWatermark;
import ai.ipai.postgres.embedded.ClusterOwnership;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores a backup into a new data folder. Every byte is checked before the first is written; a
 * folder that holds anything else than the master key and what outlives a database is refused; what
 * is half restored never looks whole.
 */
public final class Restore {
  /** The folder of the audit's checkpoints, where it is kept in the data folder. */
  public static final String CHECKPOINTS = "audit-checkpoints";

  /** What an installation keeps outside of its database, and a restore is checked against. */
  private static final Set<String> ALLOWED =
      Set.of(MasterKey.FILE, FileWatermark.FILE, FileWatermark.LOCK, CHECKPOINTS);

  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
  private static final String CLUSTER = "cluster/";
  private static final String SERVER = "postgres";
  private static final String PARTIAL = "data.restoring";
  private static final String OTHERS = "installation.restoring";
  private static final Set<String> UNFINISHED = Set.of(PARTIAL, OTHERS, Recovery.INBOX, "binaries");
  private static final String INSTALLATION = "installation/";

  private Restore() {}

  /**
   * What was restored.
   *
   * @param endedAt the state is that of this moment
   * @param sameKey whether the master key is the backup's: if not, secrets stay unreadable
   */
  public record Report(
      int files, long bytes, java.time.Instant endedAt, String postgresVersion, boolean sameKey) {}

  /** What has to be here before a cluster is. */
  interface Preparation {
    void run() throws IOException;
  }

  /**
   * Checks the backup, unpacks it and starts it once, on a timeline of its own; start the embedded
   * server on the folder afterwards.
   *
   * @param config whose data folder is absent, empty, or holds nothing but the master key, the
   *     vault's watermark and the audit's checkpoints
   * @param key of the installation that was backed up
   * @param allowOtherKey restore although the key is another one: everything but the secrets
   * @throws IpaiException {@code BAK-010} to {@code BAK-014}
   */
  public static Report run(
      Path archive, EmbeddedConfig config, MasterKey key, boolean allowOtherKey) {
    return run(archive, config, key, allowOtherKey, bytes -> {});
  }

  /**
   * As the other.
   *
   * @param done hears of every piece that was checked or unpacked, in bytes
   */
  public static Report run(
      Path archive,
      EmbeddedConfig config,
      MasterKey key,
      boolean allowOtherKey,
      LongConsumer done) {
    return run(archive, Optional.empty(), config, key, allowOtherKey, done);
  }

  /**
   * As the others, where the log was archived.
   *
   * @param objects the place that {@code backup.archive} named, which tells the timelines that are
   *     taken; one that does not answer keeps nothing from being restored
   */
  public static Report run(
      Path archive,
      Optional<ObjectStore> objects,
      EmbeddedConfig config,
      MasterKey key,
      boolean allowOtherKey,
      LongConsumer done) {
    Recovery recovery = new Recovery(config);
    BackupManifest manifest = manifest(archive, key, allowOtherKey);
    try {
      Report report =
          place(
              archive,
              config,
              key,
              allowOtherKey,
              done,
              () -> {
                if (objects.isPresent()) {
                  fetchTimelines(recovery, manifest, WalArchive.of(objects.get(), manifest, key));
                }
              });
      recovery.promote();
      recovery.discard();
      return report;
    } catch (IOException failed) {
      throw failed(config.dataDir(), failed);
    }
  }

  private static void fetchTimelines(Recovery recovery, BackupManifest manifest, WalArchive archive)
      throws IOException {
    try {
      recovery.fetch(archive, ArchivedLog.timelines(manifest, archive));
    } catch (IpaiException unreachable) {
      if (unreachable.code().equals(BackupErrors.ARCHIVE_CHANGED)) {
        throw unreachable;
      }
      LOG.warn(
          "{} {}: which timelines the archive holds is not known",
          unreachable.code().id(),
          unreachable.getMessage());
    }
  }

  /**
   * Puts the cluster in place, where nothing starts it but a {@link Recovery}.
   *
   * @param before runs once the backup is known to be whole and before anything of it is unpacked
   */
  static Report place(
      Path archive,
      EmbeddedConfig config,
      MasterKey key,
      boolean allowOtherKey,
      LongConsumer done,
      Preparation before) {
    Path dataDir = config.dataDir();
    refuseNonEmpty(dataDir);
    try (ZipFile zip = open(archive)) {
      BackupManifest manifest = manifest(zip, key, allowOtherKey);
      check(zip, manifest, done);
      try {
        before.run();
        unpack(zip, manifest, config, done);
      } catch (IOException | RuntimeException failed) {
        // Nothing is in place yet: what is here is ours, and a second try finds the folder empty.
        Folders.delete(dataDir.resolve(SERVER));
        throw failed;
      }
      return new Report(
          manifest.files().size(),
          manifest.contentBytes(),
          manifest.endedAt(),
          manifest.postgresVersion(),
          manifest.keyId().equals(BackupManifest.keyId(key)));
    } catch (ZipException | EOFException malformed) {
      throw BackupManifest.damaged("an entry cannot be decompressed");
    } catch (IOException failed) {
      throw failed(dataDir, failed);
    }
  }

  private static IpaiException failed(Path dataDir, IOException failed) {
    return new IpaiException(
            BackupErrors.RESTORE_FAILED, "The backup could not be restored: " + failed, failed)
        .fact("folder", dataDir)
        .hint("Check the free space and the rights of the folder, empty it, and try again.");
  }

  /** What a backup says of itself, once its key and its MAC are checked. */
  static BackupManifest manifest(Path archive, MasterKey key, boolean allowOtherKey) {
    try (ZipFile zip = open(archive)) {
      return manifest(zip, key, allowOtherKey);
    } catch (IOException malformed) {
      throw BackupManifest.damaged("it cannot be read");
    }
  }

  private static void refuseNonEmpty(Path dataDir) {
    if (!Files.exists(dataDir)) {
      return;
    }
    try {
      List<String> foreign =
          children(dataDir).stream()
              .map(child -> child.getFileName().toString())
              .filter(name -> !ALLOWED.contains(name))
              .filter(name -> !name.equals(SERVER) || !holdsOnlyUnfinished(dataDir))
              .toList();
      if (!foreign.isEmpty()) {
        throw new IpaiException(
                BackupErrors.NOT_EMPTY, "The data folder is not empty; a restore replaces nothing.")
            .fact("folder", dataDir)
            .fact("holds", foreign.getFirst())
            .hint(
                "Name a new folder with --data-dir. It may hold master.key, vault.watermark and"
                    + " audit-checkpoints, and nothing else.");
      }
    } catch (IOException failed) {
      throw new IpaiException(
          BackupErrors.RESTORE_FAILED, "The data folder cannot be read: " + failed, failed);
    }
  }

  /** What a restore that was killed while it unpacked leaves behind. */
  private static boolean holdsOnlyUnfinished(Path dataDir) {
    try {
      return children(dataDir.resolve(SERVER)).stream()
          .map(child -> child.getFileName().toString())
          .allMatch(UNFINISHED::contains);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static ZipFile open(Path archive) {
    try {
      return new ZipFile(archive.toFile());
    } catch (IOException failed) {
      throw BackupManifest.damaged(
              "it is no complete ZIP file, or cannot be read ("
                  + failed.getClass().getSimpleName()
                  + ")")
          .fact("file", archive);
    }
  }

  private static BackupManifest manifest(ZipFile zip, MasterKey key, boolean allowOtherKey)
      throws IOException {
    byte[] json = bytes(zip, BackupManifest.NAME);
    BackupManifest manifest = BackupManifest.parse(json);
    if (!manifest.keyId().equals(BackupManifest.keyId(key))) {
      if (allowOtherKey) {
        return manifest;
      }
      throw new IpaiException(
              BackupErrors.OTHER_KEY, "The backup was made under another master key.")
          .hint(
              "Give the key of that installation (IPAI_MASTER_KEY, or master.key in the data"
                  + " folder). Without it, --allow-other-key restores everything but the secrets,"
                  + " and whether the backup is genuine cannot be checked.");
    }
    byte[] stated = bytes(zip, BackupManifest.MAC_NAME);
    byte[] expected = BackupManifest.mac(key, json).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(stated, expected)) {
      throw BackupManifest.damaged("its manifest is not the one that was written");
    }
    return manifest;
  }

  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw BackupManifest.damaged("it has no " + name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static void check(ZipFile zip, BackupManifest manifest, LongConsumer done)
      throws IOException {
    Map<String, BackupManifest.Entry> expected = new HashMap<>();
    for (BackupManifest.Entry entry : manifest.files()) {
      requireInside(entry.path());
      expected.put(entry.path(), entry);
    }
    Set<String> present =
        Collections.list(zip.entries()).stream().map(ZipEntry::getName).collect(Collectors.toSet());
    present.remove(BackupManifest.NAME);
    present.remove(BackupManifest.MAC_NAME);
    if (!present.equals(expected.keySet())) {
      throw BackupManifest.damaged("its files are not those of its manifest");
    }
    for (BackupManifest.Entry entry : manifest.files()) {
      if (!entry.path().endsWith("/")) {
        copyChecked(zip, entry, OutputStream.nullOutputStream());
        done.accept(entry.bytes());
      }
    }
  }

  /** Nothing outside the data folder, whoever wrote the manifest. */
  private static void requireInside(String path) {
    boolean known = path.startsWith(CLUSTER) || path.startsWith(INSTALLATION);
    boolean climbs = List.of(path.split("/", -1)).contains("..") || path.contains("\\");
    if (!known || climbs || path.contains("//")) {
      throw BackupManifest.damaged("a file of it has a path outside the data folder");
    }
  }

  private static void copyChecked(ZipFile zip, BackupManifest.Entry entry, OutputStream out)
      throws IOException {
    MessageDigest digest = Sha256.start();
    long bytes;
    try (InputStream in = zip.getInputStream(zip.getEntry(entry.path()));
        DigestInputStream digested = new DigestInputStream(in, digest)) {
      bytes = digested.transferTo(out);
    } catch (ZipException | EOFException malformed) {
      throw BackupManifest.damaged(entry.path() + " cannot be decompressed");
    }
    boolean same = HexFormat.of().formatHex(digest.digest()).equals(entry.sha256());
    if (bytes != entry.bytes() || !same) {
      throw BackupManifest.damaged(entry.path() + " does not have its checksum");
    }
  }

  private static void unpack(
      ZipFile zip, BackupManifest manifest, EmbeddedConfig config, LongConsumer done)
      throws IOException {
    Path dataDir = config.dataDir();
    Path cluster = ClusterOwnership.clusterDir(dataDir);
    Path partial = cluster.resolveSibling(PARTIAL);
    Path others = cluster.resolveSibling(OTHERS);
    Folders.delete(partial);
    Folders.delete(others);
    Files.createDirectories(others);
    for (BackupManifest.Entry entry : manifest.files()) {
      Path target =
          entry.path().startsWith(CLUSTER)
              ? partial.resolve(entry.path().substring(CLUSTER.length()))
              : others.resolve(entry.path().substring(INSTALLATION.length()));
      unpack(zip, entry, target);
      done.accept(entry.bytes());
    }
    Files.createFile(partial.resolve(ClusterOwnership.RECOVERY));
    ClusterOwnership.adopt(config, partial);
    moveInto(others, dataDir);
    Folders.delete(others);
    // Last: the cluster appears whole.
    Files.move(partial, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void moveInto(Path from, Path to) throws IOException {
    for (Path child : children(from)) {
      Path target = to.resolve(child.getFileName().toString());
      if (Files.isDirectory(child) && Files.isDirectory(target)) {
        moveInto(child, target);
      } else {
        Files.move(child, target);
      }
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private static void unpack(ZipFile zip, BackupManifest.Entry entry, Path target)
      throws IOException {
    if (entry.path().endsWith("/")) {
      privateFolder(target);
      return;
    }
    privateFolder(Objects.requireNonNull(target.getParent()));
    Files.createFile(
        target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // Once more: the file may lie where others write, who may have changed it since.
    try (OutputStream out = Files.newOutputStream(target)) {
      copyChecked(zip, entry, out);
    }
  }

  private static void privateFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
