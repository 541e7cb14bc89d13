package ai.ipai.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The unmodified supabase-js from npm, in a folder of the test's own. Says loudly where it is
 * missing.
 */
final class SupabaseModules {
  /** Node 20 lacks what supabase-js asks for; Node 24 comes as a package as well. */
  private static final List<String> PACKAGES = List.of("@supabase/supabase-js@2.119.1", "node@24");

  private final Path folder;

  private SupabaseModules(Path folder) {
    this.folder = folder;
  }

  /** Skips the test where npm or its registry is missing. */
  static SupabaseModules install(Path folder) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--silent",
                "--prefix",
                folder.toString()));
    command.addAll(PACKAGES);
    boolean isThere = false;
    try {
      Process npm =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("npm.log").toFile())
              .start();
      isThere = npm.waitFor(5, TimeUnit.MINUTES) && npm.exitValue() == 0;
      npm.destroyForcibly();
    } catch (IOException noNpm) {
      // Said below.
    }
    if (!isThere) {
      System.err.println("SKIPPED: supabase-js cannot be installed here; no npm, or no registry");
    }
    Assumptions.assumeTrue(isThere, "supabase-js cannot be installed here");
    return new SupabaseModules(folder);
  }

  /** What a script of {@code resources/ai/ipai/server/supabase} prints. */
  List<String> run(String script, Map<String, String> environment) throws Exception {
    Path file = folder.resolve(script);
    try (var resource = SupabaseModules.class.getResourceAsStream("supabase/" + script)) {
      Files.write(file, Objects.requireNonNull(resource).readAllBytes());
    }
    ProcessBuilder builder =
        new ProcessBuilder(folder.resolve("node_modules/node/bin/node").toString(), file.toString())
            .redirectErrorStream(true)
            .directory(folder.toFile());
    builder.environment().putAll(environment);
    Process node = builder.start();
    try {
      List<String> lines = node.inputReader().lines().toList();
      node.waitFor(1, TimeUnit.MINUTES);
      return lines;
    } finally {
      node.destroyForcibly();
    }
  }
}
