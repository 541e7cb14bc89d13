package ai.ipai.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real file system of its own, held in memory; needs the right to mount. */
final class SmallDisk implements AutoCloseable {
  private static final long MB = 1L << 20;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Skips the test, loudly, where mounting is not permitted. */
  static SmallDisk mount(int megabytes) throws Exception {
    Path folder = Files.createTempDirectory("ipai-small-disk-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String options = "size=" + megabytes + "m,mode=755";
    int code = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    if (code != 0) {
      Files.delete(folder);
      String loud =
          "SKIPPED: a real full disk was NOT tested, since this user may not mount a file system."
              + " Run the tests as root to test it.";
      System.err.println(loud);
      Assumptions.abort(loud);
    }
    return new SmallDisk(folder);
  }

  private static int run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : 124;
    } catch (IOException noSuchProgram) {
      return 127;
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  Path folder() {
    return folder;
  }

  double usedRatio() throws IOException {
    var store = Files.getFileStore(folder);
    return 1 - store.getUsableSpace() / (double) store.getTotalSpace();
  }

  /** Writes a file until the disk is so full; to the last byte at 1. */
  void fillTo(double ratio) throws IOException {
    Path filler = folder.resolve("filler-" + System.nanoTime());
    byte[] block = new byte[(int) (MB / 4)];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (usedRatio() < ratio) {
        out.write(block);
      }
    } catch (IOException full) {
      // As full as it gets.
    }
  }

  /** Removes what {@link #fillTo} wrote. */
  void free() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("filler")).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (run("umount", folder.toString()) != 0) {
      run("umount", "-l", folder.toString());
    }
    Files.delete(folder);
  }
}
