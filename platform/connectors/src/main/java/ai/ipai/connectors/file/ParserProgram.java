package ai.ipai.connectors.file;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a parser's process is started: this JVM's own classes, a small heap, nothing of the
 * environment, and as little of the system as can be had without privileges.
 */
record ParserProgram(String mainClass, ParserLimits limits) {
  /** Block size of {@code ulimit -f} is 512 bytes. A driver unpacks 72 MB of native code. */
  private static final String CONFINED =
      "ulimit -c 0; ulimit -f 400000; ulimit -n 256; exec \"$@\"";

  private static final List<String> OFFLINE = offline();
  private static final Path SHELL = Path.of("/bin/sh");

  static ParserProgram usual() {
    return new ParserProgram(ParserMain.class.getName(), ParserLimits.USUAL);
  }

  /** Starts one; {@code folder} is for its temporary files. */
  Process start(Path folder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(folder));
    Map<String, String> environment = builder.environment();
    environment.clear();
    // File names with letters beyond ASCII are only found with such a locale.
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("MALLOC_ARENA_MAX", "2");
    return builder.directory(folder.toFile()).start();
  }

  private List<String> command(Path folder) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", CONFINED, "ipai-parser"));
    }
    command.addAll(OFFLINE);
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(inherited());
    command.addAll(
        List.of(
            "-Xmx" + limits.heapMegabytes() + "m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:MaxDirectMemorySize=16m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-XX:+DisplayVMOutputToStderr",
            "-Xlog:disable",
            "-Duser.timezone=UTC",
            "-Duser.language=en",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            classPath(),
            mainClass));
    return command;
  }

  /** Entries may be relative, and the process starts elsewhere. */
  private static String classPath() {
    String separator = System.getProperty("path.separator");
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(separator, -1)) {
      if (!entry.isEmpty()) {
        entries.add(Path.of(entry).toAbsolutePath().toString());
      }
    }
    return String.join(separator, entries);
  }

  /** The flags with which this JVM runs that its cache of classes needs too. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            flag ->
                flag.startsWith("-XX:AOTCache=")
                    || flag.equals("-XX:+UseCompactObjectHeaders")
                    || flag.startsWith("--enable-native-access")
                    || flag.startsWith("--sun-misc-unsafe-memory-access"))
        .toList();
  }

  /** In a network of its own, where the system lets anybody have one. */
  private static List<String> offline() {
    for (List<String> prefix : List.of(List.of("unshare", "-n"), List.of("unshare", "-rn"))) {
      List<String> probe = new ArrayList<>(prefix);
      probe.add("true");
      try {
        Process process =
            new ProcessBuilder(probe)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0) {
          return prefix;
        }
        process.destroyForcibly();
      } catch (IOException e) {
        return List.of();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
    return List.of();
  }
}
