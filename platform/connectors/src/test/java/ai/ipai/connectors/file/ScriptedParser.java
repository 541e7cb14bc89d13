package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A parser that does what the file's name says, as one might that a file has got the better of. */
final class ScriptedParser {
  private ScriptedParser() {}

  public static void main(String[] arguments) throws Exception {
    OutputStream pipe = new FileOutputStream(FileDescriptor.out);
    FrameWriter out = new FrameWriter(pipe);
    out.ready();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      ParseOrder order = ParseOrder.parse(Objects.requireNonNull(in.readLine()));
      switch (order.path().replaceFirst("\\..*", "")) {
        case "hangs" -> spin(() -> {});
        case "works" -> spin(out::tick);
        case "dies" -> Runtime.getRuntime().halt(139);
        case "eats" -> eat();
        case "lies" -> pipe.write(new byte[] {0, 0, 0, 9, 'E', 0x7f, 0, 0, 0, 1, 2, 3, 4});
        case "tells" -> tell(out);
        default -> new FileParse(order, out).run();
      }
      pipe.flush();
    }
  }

  @SuppressWarnings("InfiniteLoopStatement")
  private static void spin(Runnable each) {
    while (true) {
      each.run();
    }
  }

  private static void eat() {
    List<byte[]> eaten = new ArrayList<>();
    while (eaten.size() < 1_000_000) {
      eaten.add(new byte[1 << 20]);
    }
  }

  /** What it knows of where it runs, as columns. */
  private static void tell(FrameWriter out) throws Exception {
    List<SourceColumn> known = new ArrayList<>();
    System.getenv().keySet().forEach(name -> known.add(SourceColumn.of(name, ColumnType.TEXT)));
    String limits = Files.readString(Path.of("/proc/self/limits"));
    limits
        .lines()
        .filter(line -> line.startsWith("Max core") || line.startsWith("Max file size"))
        .forEach(
            line -> known.add(SourceColumn.of(line.replaceAll(" {2,}", " "), ColumnType.TEXT)));
    out.columns(known);
    out.end();
  }
}
