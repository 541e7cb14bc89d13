package ai.ipai.connectors.process;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running program says, message by message. What is no JSON object is passed over, as the
 * protocol asks. For one thread; ends the program when it is closed.
 */
final class Conversation implements AutoCloseable {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int MOST_LINE_BYTES = 64 << 20;
  private static final int WAITING = 1_000;
  private static final int WAITING_BYTES = 32 << 20;
  private static final long MOMENT_MILLIS = 200;

  private final Program program;
  private final Process process;
  private final Path folder;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING);
  private final Semaphore room = new Semaphore(WAITING_BYTES);
  private final Thread listener;
  private volatile boolean closed;
  private String complaint = "";

  /** One line and the room that it takes, or the end with what ended it. */
  private record Line(@Nullable String text, int bytes, @Nullable IOException failure) {}

  Conversation(Program program, Process process, Path folder) {
    this.program = program;
    this.process = process;
    this.folder = folder;
    this.listener = Thread.ofPlatform().daemon().name("ipai-source").start(this::listen);
  }

  private void listen() {
    try (InputStream in = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          if (line.size() > MOST_LINE_BYTES) {
            throw new IOException("a line is longer than " + MOST_LINE_BYTES + " bytes");
          }
        } else {
          give(line(line));
          line = new ByteArrayOutputStream();
        }
      }
      if (line.size() > 0) {
        give(line(line));
      }
      give(new Line(null, 0, null));
    } catch (IOException e) {
      give(new Line(null, 0, e));
    }
  }

  private static Line line(ByteArrayOutputStream bytes) {
    String text = bytes.toString(StandardCharsets.UTF_8);
    return new Line(text, Math.min(bytes.size(), WAITING_BYTES), null);
  }

  private void give(Line line) {
    try {
      while (!closed && !room.tryAcquire(line.bytes(), MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
      while (!closed && !lines.offer(line, MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes of lines that nobody has asked for yet. */
  int waitingBytes() {
    return WAITING_BYTES - room.availablePermits();
  }

  /**
   * The next message; empty at the end of a program that ended well.
   *
   * @throws IpaiException {@code CON-015} if it ended otherwise or says nothing for too long,
   *     {@code CON-009}
   */
  Optional<JsonNode> next() {
    while (true) {
      Line line = take();
      String text = line.text();
      if (text == null) {
        requireGoodEnd(line.failure());
        return Optional.empty();
      }
      Optional<JsonNode> message = message(text);
      if (message.isPresent()) {
        return message;
      }
    }
  }

  private Line take() {
    long deadline = System.nanoTime() + program.silence().toNanos();
    try {
      while (true) {
        program.cancellation().check();
        Line line = lines.poll(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        if (line != null) {
          room.release(line.bytes());
          return line;
        }
        if (System.nanoTime() > deadline) {
          throw failed("says nothing for " + program.silence(), null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled", e);
    }
  }

  private Optional<JsonNode> message(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      JsonNode error = node.path("trace").path("error");
      if (error.path("message").isString()) {
        complaint = ": " + program.config().repeatable(error.path("message").stringValue());
      }
      return node.path("type").isString() ? Optional.of(node) : Optional.empty();
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }

  private void requireGoodEnd(@Nullable IOException failure) {
    try {
      boolean ended = process.waitFor(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
      if (failure != null) {
        throw failed("cannot be understood", failure);
      }
      if (!ended || process.exitValue() != 0) {
        throw failed(ended ? "ended with " + process.exitValue() : "does not end", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled", e);
    }
  }

  private IpaiException failed(String how, @Nullable Exception cause) {
    return new IpaiException(
            ConnectorErrors.PROCESS, "program " + program.name() + " " + how + complaint, cause)
        .fact("program", program.name())
        .hint(
            "run the program by hand with the same configuration; the run goes on where it stopped");
  }

  @Override
  public void close() {
    closed = true;
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    listener.interrupt();
    SourceFolders.delete(folder);
  }
}
