package ai.ipai.connectors.process;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
  private static final long MOMENT_MILLIS = 200;

  private final Program program;
  private final Process process;
  private final Path folder;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING);
  private final Thread listener;
  private volatile boolean closed;
  private String complaint = "";

  /** One line, or the end with what ended it. */
  private record Line(@Nullable String text, @Nullable IOException failure) {}

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
          give(new Line(line.toString(StandardCharsets.UTF_8), null));
          line.reset();
        }
      }
      if (line.size() > 0) {
        give(new Line(line.toString(StandardCharsets.UTF_8), null));
      }
      give(new Line(null, null));
    } catch (IOException e) {
      give(new Line(null, e));
    }
  }

  private void give(Line line) {
    try {
      while (!closed && !lines.offer(line, MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
        complaint = ": " + error.path("message").stringValue();
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
    delete(folder);
  }

  static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a configuration with secrets was left behind", e);
    }
  }
}
