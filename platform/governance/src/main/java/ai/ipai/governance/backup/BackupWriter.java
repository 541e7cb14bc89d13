package ai.ipai.governance.backup;

import ai.ipai.spi.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** One ZIP, with a checksum of everything that goes in. For one thread. */
final class BackupWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 17;
  private final FileChannel channel;
  private final LongConsumer copied;
  private final ZipOutputStream zip;
  private final List<BackupManifest.Entry> entries = new ArrayList<>();

  private BackupWriter(FileChannel channel, LongConsumer copied) {
    this.channel = channel;
    this.copied = copied;
    this.zip =
        new ZipOutputStream(
            new java.io.BufferedOutputStream(
                java.nio.channels.Channels.newOutputStream(channel), BUFFER_BYTES));
    zip.setLevel(Deflater.BEST_SPEED);
  }

  /** A new file that only its owner can read. */
  static BackupWriter create(Path file, LongConsumer copied) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new BackupWriter(FileChannel.open(file, StandardOpenOption.WRITE), copied);
  }

  /** A file that vanishes meanwhile is left out: the WAL says what became of it. */
  void addFile(String path, Path file) throws IOException {
    InputStream in;
    try {
      in = Files.newInputStream(file);
    } catch (NoSuchFileException vanished) {
      // A table that was dropped, a temporary file that was done with.
      return;
    }
    try (in) {
      add(path, in);
    }
  }

  void addBytes(String path, byte[] content) throws IOException {
    add(path, new java.io.ByteArrayInputStream(content));
  }

  /** Without an entry in the manifest: the manifest itself. */
  void addPlain(String path, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(path));
    zip.write(content);
    zip.closeEntry();
  }

  void addFolder(String path) throws IOException {
    zip.putNextEntry(new ZipEntry(path + "/"));
    zip.closeEntry();
    entries.add(new BackupManifest.Entry(path + "/", 0, ""));
  }

  private void add(String path, InputStream in) throws IOException {
    zip.putNextEntry(new ZipEntry(path));
    MessageDigest digest = Sha256.start();
    long bytes = in.transferTo(new DigestOutputStream(uncloseable(zip), digest));
    zip.closeEntry();
    String sha256 = HexFormat.of().formatHex(digest.digest());
    entries.add(new BackupManifest.Entry(path, bytes, sha256));
  }

  private OutputStream uncloseable(OutputStream out) {
    return new java.io.FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        copied.accept(length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  List<BackupManifest.Entry> entries() {
    return List.copyOf(entries);
  }

  /** Complete and on disk. */
  void finish() throws IOException {
    zip.finish();
    zip.flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
