package ai.ipai.connectors.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What a process complains about: its first words are kept, and the rest only taken off it. */
final class FirstWords {
  private static final int KEPT_BYTES = 400;
  private static final long LAST_MILLIS = 1_000;

  private final InputStream in;
  private final Thread thread;
  private volatile String words = "";

  private FirstWords(InputStream in) {
    this.in = in;
    this.thread = Thread.ofPlatform().daemon().name("ipai-parser-words").unstarted(this::listen);
  }

  static FirstWords of(InputStream in) {
    FirstWords words = new FirstWords(in);
    words.thread.start();
    return words;
  }

  private void listen() {
    try (in) {
      words = new String(in.readNBytes(KEPT_BYTES), StandardCharsets.UTF_8).strip();
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException ended) {
      // With its process.
    }
  }

  /** Of a process that has ended; in one line. */
  String text() {
    try {
      thread.join(LAST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return words.replaceAll("\\s+", " ");
  }
}
