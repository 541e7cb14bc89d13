package ai.ipai.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A function of {@code supabase/functions}, served by Node. */
final class EdgeFunction implements AutoCloseable {
  private final Process process;
  private final int port;

  private EdgeFunction(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static boolean isPossible() {
    for (String place : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(place, "node"))) {
        return true;
      }
    }
    return false;
  }

  static EdgeFunction start(String name, String apiUrl) throws Exception {
    Path runner =
        Path.of(
            Objects.requireNonNull(EdgeFunction.class.getResource("edge-function.mjs")).toURI());
    Path function = RunningPlatform.ROOT.resolve("supabase/functions").resolve(name);
    ProcessBuilder builder =
        new ProcessBuilder("node", runner.toString(), function.resolve("index.ts").toString());
    builder.environment().put("IPAI_API_URL", apiUrl);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the function did not start: " + name);
    }
    return new EdgeFunction(process, Integer.parseInt(line.strip()));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
