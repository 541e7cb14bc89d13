package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that parses one file after the other. It is watched while it works: what takes too much
 * memory or time is killed, and only the file that it was at suffers. For one thread at a time.
 */
final class ParserProcess implements AutoCloseable {
  static final String FOLDER = "ipai-parser";
  private static final int MOST_FRAME_BYTES = 256 << 20;
  private static final int PIECE_BYTES = 1 << 16;
  private static final int OUT_OF_MEMORY = 3;
  private static final int KILLED = 128 + 9;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int PAGES_PER_MEGABYTE = 256;

  private final ParserLimits limits;
  private final Cancellation cancellation;
  private final Path folder;
  private final Process process;
  private final DataInputStream in;
  private final OutputStream orders;
  private final Path memory;
  private final FirstWords words;
  private volatile @Nullable Wait wait;
  private volatile @Nullable Duration deadline;
  private volatile @Nullable Fault killedFor;
  private boolean isBusy;
  private boolean isReady;

  /** Since when the next sign is waited for, by the clock and in the parser's processor time. */
  private record Wait(long sinceNanos, Duration used) {}

  /** Why a parser was killed. */
  private record Fault(String reason, boolean isUnexplained) {}

  private ParserProcess(
      ParserLimits limits, Cancellation cancellation, Path folder, Process process) {
    this.limits = limits;
    this.cancellation = cancellation;
    this.folder = folder;
    this.process = process;
    this.in = new DataInputStream(process.getInputStream());
    this.orders = process.getOutputStream();
    this.words = FirstWords.of(process.getErrorStream());
    this.memory = Path.of("/proc", Long.toString(process.pid()), "statm");
    Thread.ofVirtual().name("ipai-parser-watch").start(this::watch);
  }

  static ParserProcess start(ParserProgram program, Cancellation cancellation) {
    try {
      Path folder = Files.createTempDirectory(FOLDER);
      try {
        return new ParserProcess(program.limits(), cancellation, folder, program.start(folder));
      } catch (IOException e) {
        delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new IpaiException(
              ConnectorErrors.PROCESS, "the process that parses files cannot be started", e)
          .fact("reason", String.valueOf(e.getMessage()))
          .hint(
              "give the platform room for one more process of 300 MB, and this user the right to"
                  + " write to "
                  + System.getProperty("java.io.tmpdir")
                  + "; ./ipai doctor tries it again");
    }
  }

  /**
   * Starts one, waits until it could take an order, and ends it.
   *
   * @throws IpaiException {@code CON-015} with the cure
   */
  static void tryOut(ParserProgram program) {
    try (ParserProcess parser = start(program, new Cancellation())) {
      parser.awaitReady();
    }
  }

  private void awaitReady() {
    try {
      awaited();
    } catch (IOException ended) {
      throw unstarted(ended);
    } finally {
      wait = null;
    }
  }

  /** Begins with a file; the one before must have come to its end. */
  void order(ParseOrder order) throws IOException {
    isBusy = true;
    deadline = used().plus(limits.processorTime(Files.size(order.file())));
    try {
      orders.write((order.json() + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
    } catch (IOException gone) {
      // Told by the next frame.
    }
  }

  /** Whether it is at no file and can take the next. */
  boolean isIdle() {
    return !isBusy && process.isAlive();
  }

  /**
   * What it says next, signs of life apart.
   *
   * @throws ParserDeath if it ended instead
   * @throws IpaiException {@code CON-009}, {@code CON-015} if it never began
   */
  Frame next() {
    cancellation.check();
    try {
      Frame frame = awaited();
      isReady = true;
      while (frame.kind() == Frame.Kind.TICK) {
        frame = awaited();
      }
      isBusy = frame.kind() != Frame.Kind.END && frame.kind() != Frame.Kind.BROKEN;
      return frame;
    } catch (IOException ended) {
      cancellation.check();
      throw isReady ? death(ended) : unstarted(ended);
    } finally {
      wait = null;
    }
  }

  private Frame awaited() throws IOException {
    wait = new Wait(System.nanoTime(), used());
    return read();
  }

  private Duration used() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private Frame read() throws IOException {
    int length = in.readInt();
    if (length < 1 || length > MOST_FRAME_BYTES) {
      throw Frame.malformed();
    }
    Frame.Kind kind = Frame.Kind.of(in.readByte());
    byte[] content = new byte[length - 1];
    // In pieces: a larger one is copied once more on its way.
    for (int at = 0; at < content.length; ) {
      int count = in.read(content, at, Math.min(PIECE_BYTES, content.length - at));
      if (count < 0) {
        throw new EOFException();
      }
      at += count;
    }
    return new Frame(kind, ByteBuffer.wrap(content));
  }

  private IpaiException unstarted(IOException ended) {
    ParserDeath death = death(ended);
    return new IpaiException(
            ConnectorErrors.PROCESS, "the process that parses files did not start", death)
        .fact("reason", String.valueOf(death.getMessage()))
        .fact("said", words.text())
        .hint(
            "the machine needs 300 MB of free memory for it, and the platform's own files as they"
                + " were built; ./ipai doctor tries it again");
  }

  private ParserDeath death(IOException ended) {
    try {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Fault fault = killedFor;
    if (fault != null) {
      return new ParserDeath(fault.reason(), fault.isUnexplained(), ended);
    }
    int code = process.isAlive() ? -1 : process.exitValue();
    return code == OUT_OF_MEMORY
        ? new ParserDeath(tooMuchMemory(), false, ended)
        : new ParserDeath("its parser ended with code " + code, true, code == KILLED, ended);
  }

  private String tooMuchMemory() {
    return "needs more memory to be parsed than the "
        + limits.heapMegabytes()
        + " MB there are; split it, or deliver it as CSV";
  }

  private void watch() {
    try {
      while (!process.waitFor(ROUND)) {
        Fault fault = fault();
        if (fault != null) {
          killedFor = fault;
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      delete(folder);
    }
  }

  private @Nullable Fault fault() {
    if (cancellation.isRequested()) {
      return new Fault("the run was cancelled", true);
    }
    if (residentMegabytes() > limits.residentMegabytes()) {
      return new Fault(tooMuchMemory(), false);
    }
    Wait waiting = wait;
    Duration used = used();
    if (waiting != null && used.minus(waiting.used()).compareTo(limits.silence()) > 0) {
      return new Fault(
          "no progress after " + limits.silence().toSeconds() + " s of parsing", false);
    }
    if (waiting != null && System.nanoTime() - waiting.sinceNanos() > limits.stall().toNanos()) {
      return new Fault("nothing read for " + limits.stall().toSeconds() + " s", true);
    }
    Duration end = deadline;
    return end != null && used.compareTo(end) > 0
        ? new Fault("takes more processor time to be parsed than a file of its size may", false)
        : null;
  }

  private long residentMegabytes() {
    try {
      return Long.parseLong(Files.readString(memory).split(" ", 3)[1]) / PAGES_PER_MEGABYTE;
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary folder; the system removes it one day.
    }
  }
}
