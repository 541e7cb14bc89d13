package ai.ipai.governance.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Wants many names of a place without links, one after the other, as others do. */
final class WriteOnceChild {
  private WriteOnceChild() {}

  static Process start(Path place, int names, int content) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WriteOnceChild.class.getName(),
            place.toString(),
            Integer.toString(names),
            Integer.toString(content))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    byte[] own = {Byte.parseByte(arguments[2])};
    // Begins when told to, so that all begin together.
    if (System.in.read() >= 0) {
      System.out.println(write(Path.of(arguments[0]), Integer.parseInt(arguments[1]), own));
    }
  }

  /** How many it got; what it got has to stay its own. */
  static int write(Path place, int names, byte[] content) throws IOException {
    int got = 0;
    for (int i = 0; i < names; i++) {
      Path file = place.resolve("n" + i);
      boolean isCreated =
          WriteOnceFile.create(
              file,
              content,
              (link, existing) -> {
                throw new UnsupportedOperationException();
              });
      if (isCreated) {
        got++;
        if (Files.readAllBytes(file)[0] != content[0]) {
          throw new IOException("somebody else wrote " + file);
        }
      }
    }
    return got;
  }
}
