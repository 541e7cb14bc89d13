package ai.ipai.server.bench.postgrest;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The gateway alone, {@code ipai gateway}, as a process of the same Java and classes. */
final class GatewayProcess implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int UNAVAILABLE = 503;

  private final Process process;
  private final Path log;
  private final URI address;

  private GatewayProcess(Process process, Path log, URI address) {
    this.process = process;
    this.log = log;
    this.address = address;
  }

  /**
   * Returns when it answers.
   *
   * @param variables in addition to ours, less every {@code PGRST_} of ours
   * @param log where its output goes
   */
  static GatewayProcess start(Path root, Map<String, String> variables, Path log)
      throws IOException, InterruptedException {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(command(root, port));
    builder.environment().keySet().removeIf(name -> name.startsWith("PGRST_"));
    builder.environment().putAll(variables);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    GatewayProcess gateway =
        new GatewayProcess(process, log, URI.create("http://127.0.0.1:" + port));
    try {
      gateway.awaitAnswer();
      return gateway;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      gateway.close();
      throw failed;
    }
  }

  private static List<String> command(Path root, int port) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Dipai.root=" + root,
            "-cp",
            System.getProperty("java.class.path"),
            "ai.ipai.server.Main",
            "gateway",
            "--port",
            String.valueOf(port)));
    return command;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the gateway does not answer: " + Files.readString(log).strip());
      }
      Thread.sleep(20);
    }
  }

  private boolean answers() {
    try (WireClient client = new WireClient(address)) {
      Request request = new Request("OPTIONS", "/", List.of(), new byte[0]);
      return client.exchange(request).status() != UNAVAILABLE;
    } catch (IOException notYet) {
      return false;
    }
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
