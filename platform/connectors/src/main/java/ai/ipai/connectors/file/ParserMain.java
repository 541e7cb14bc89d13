package ai.ipai.connectors.file;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process in which files are parsed: orders on standard input, a line each; frames on standard
 * output. Ends with its parent, whatever it is at.
 */
final class ParserMain {
  private ParserMain() {}

  /** Knows nothing of the platform: no arguments, no environment, no secrets. */
  public static void main(String[] arguments) throws InterruptedException {
    FrameWriter out = new FrameWriter(new FileOutputStream(FileDescriptor.out));
    // Whatever a library prints must not get between the frames.
    System.setOut(System.err);
    BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().name("ipai-orders").start(() -> listen(orders));
    out.ready();
    while (true) {
      new FileParse(ParseOrder.parse(orders.take()), out).run();
    }
  }

  /** What libraries unpacked; the parent does it as long as it lives. */
  private static void deleteUnpacked() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    if (folder.getFileName().toString().startsWith(ParserProcess.FOLDER)) {
      ParserProcess.delete(folder);
    }
  }

  private static void listen(BlockingQueue<String> orders) {
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        orders.add(line);
      }
    } catch (IOException gone) {
      // As its end.
    }
    deleteUnpacked();
    Runtime.getRuntime().halt(0);
  }
}
