package ai.ipai.testing.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The real CLI from npm, fetched once into {@code .ipai/test-peers} of the repository. Where it
 * cannot be had the tests say so and are skipped.
 */
final class SupabaseCli {
  private static final String VERSION = "3.1.0";

  private final Path program;
  private final Path home;

  private SupabaseCli(Path program, Path home) {
    this.program = program;
    this.home = home;
  }

  static SupabaseCli fetch() {
    Path peers = Path.of(System.getProperty("ipai.root", "."), ".ipai", "test-peers");
    Path folder = peers.resolve("supabase-" + VERSION).toAbsolutePath().normalize();
    Path program = folder.resolve("node_modules/.bin/supabase");
    try {
      if (!Files.exists(program)) {
        install(folder);
      }
      Path home = Files.createDirectories(folder.resolve("home"));
      return new SupabaseCli(program, home);
    } catch (IOException failed) {
      String said =
          "SKIPPED: the Supabase CLI "
              + VERSION
              + " cannot be had from npm: "
              + failed.getMessage();
      System.err.println(said);
      return Assumptions.abort(said);
    }
  }

  private static void install(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("package.json"), "{\"private\": true}\n");
    Result result =
        execute(
            folder,
            Map.of(),
            List.of(
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "supabase@" + VERSION));
    if (result.exitCode() != 0) {
      throw new IOException(result.output());
    }
  }

  static void addMigration(Path project, String file, String sql) throws IOException {
    Path migrations = Files.createDirectories(project.resolve("supabase/migrations"));
    Files.writeString(project.resolve("supabase/config.toml"), "project_id = \"ipai\"\n");
    Files.writeString(migrations.resolve(file), sql);
  }

  /** Returns what it printed. */
  String run(Path project, String... arguments) throws IOException {
    Result result = call(project, arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError("supabase " + arguments[1] + " failed:\n" + result.output());
    }
    return result.output();
  }

  /** As {@link #run}, for a call that must fail. */
  String fail(Path project, String... arguments) throws IOException {
    Result result = call(project, arguments);
    if (result.exitCode() == 0) {
      throw new AssertionError("supabase " + arguments[1] + " succeeded:\n" + result.output());
    }
    return result.output();
  }

  private Result call(Path project, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    return execute(
        project,
        Map.of("HOME", home.toString(), "SUPABASE_TELEMETRY_DISABLED", "1", "DO_NOT_TRACK", "1"),
        command);
  }

  private static Result execute(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path output = Files.createTempFile("supabase-cli", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command.getFirst() + " does not end");
      }
      return new Result(process.exitValue(), Files.readString(output));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private record Result(int exitCode, String output) {}
}
