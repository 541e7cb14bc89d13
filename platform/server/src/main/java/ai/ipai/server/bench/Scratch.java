package ai.ipai.server.bench;

import ai.ipai.postgres.embedded.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The folder of one benchmark. Gone afterwards, also when the process is asked to stop meanwhile:
 * the benchmark is interrupted, ends what it started, and only then the process does.
 */
public final class Scratch implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;
  private static final int GRACE_SECONDS = 5;

  private final Path folder;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread stop;

  private Scratch(Path folder, Thread working) {
    this.folder = folder;
    this.stop = new Thread(() -> stop(working), "bench-stop");
  }

  /** For the thread that calls. */
  public static Scratch create() throws IOException {
    Scratch scratch = new Scratch(Files.createTempDirectory("ipai-bench"), Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(scratch.stop);
    return scratch;
  }

  public Path folder() {
    return folder;
  }

  private void stop(Thread working) {
    working.interrupt();
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        endChildren();
        delete();
      }
    } catch (InterruptedException | UncheckedIOException left) {
      System.err.println("ipai: some of " + folder + " is left behind");
    }
  }

  /** What does not listen to an interrupt. */
  private static void endChildren() throws InterruptedException {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    while (ProcessHandle.current().descendants().findAny().isPresent()
        && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  private void delete() {
    try {
      Folders.delete(folder);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    // A pending interrupt would end the deleting half way.
    boolean wasInterrupted = Thread.interrupted();
    try {
      delete();
    } finally {
      ended.countDown();
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException stopping) {
      // It waits for us and has nothing left to do.
    }
  }
}
