package ai.ipai.server.demo;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.governance.config.Setting;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.server.DemoUsers;
import ai.ipai.server.Installation;
import ai.ipai.server.Platform;
import ai.ipai.server.Workshop;
import ai.ipai.server.cli.Cli;
import ai.ipai.server.cli.Foreground;
import ai.ipai.server.cli.InstallationOptions;
import ai.ipai.server.cli.Terminal;
import ai.ipai.server.progress.Progress;
import ai.ipai.server.progress.StepState;
import ai.ipai.spi.Layer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Takes the example company from its sources to governed gold data, then serves it until Ctrl-C.",
      "Interrupt it anywhere and run it again: it goes on where it was."
    },
    footer = {
      "%nExamples:",
      "  ./ipai demo",
      "  ./ipai demo --once     load, print the summary, stop"
    })
public final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(names = "--once", description = "stop after the summary instead of serving")
  private boolean once;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "of the API and the console (default: 54321)")
  private @Nullable String port;

  @Option(
      names = "--db-port",
      paramLabel = "N",
      description = "of the embedded database (default: 54322)")
  private @Nullable String databasePort;

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    long startedMillis = System.currentTimeMillis();
    PrintStream out = terminal.out();
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    putIfGiven(options, Setting.PORT, port);
    putIfGiven(options, Setting.DATABASE_PORT, databasePort);
    Path workspace = terminal.root().resolve("examples/company");
    options.put(Setting.WORKSPACE, workspace.toString());
    out.println(terminal.bold("IPAI Lakehouse demo") + " · the example company");
    try (Progress progress = terminal.progress();
        Platform platform = start(progress, options)) {
      try (Demo demo = Demo.open(platform.installation(), workspace, progress)) {
        List<DemoUsers.Login> logins = users(platform.installation(), workspace);
        DemoResult result = demo.run();
        // Loading took more than serving will: with the launcher's flags this gives it back.
        System.gc();
        summary(result, Duration.ofMillis(System.currentTimeMillis() - startedMillis));
        addresses(platform, logins);
        if (!once && result.succeeded()) {
          out.println("Serving. Ctrl-C stops it; ./ipai up serves again what is loaded.");
          Runnable stopSources = demo::close;
          Runnable stopPlatform = platform::close;
          Foreground.untilInterrupted(
              () -> {
                stopSources.run();
                stopPlatform.run();
              });
        }
        return result.succeeded() ? Cli.DONE : Cli.FAILED;
      }
    }
  }

  private Platform start(Progress progress, Map<Setting, String> options)
      throws InterruptedException {
    progress.say("Database and server");
    Progress.Step step = progress.begin("start", "steps", -1);
    try {
      Platform platform = Platform.start(installation.config(terminal, options));
      step.done("ready at " + platform.apiUrl());
      return platform;
    } catch (RuntimeException failed) {
      step.failed("could not start");
      throw failed;
    }
  }

  private static List<DemoUsers.Login> users(Installation installation, Path workspace)
      throws SQLException {
    YamlMapping declared =
        new Workshop(installation, workspace)
            .workspace()
            .demoUsers()
            .orElseThrow(() -> new IllegalStateException("the example has no demo-users.yaml"));
    DemoUsers users =
        new DemoUsers(
            installation.config().dataDir(),
            new AccountStore(installation.control()),
            new PasswordHasher());
    return users.create(DemoPeople.of(declared));
  }

  private void summary(DemoResult result, Duration took) {
    PrintStream out = terminal.out();
    out.println();
    out.println(terminal.bold("Summary"));
    for (Layer layer : Layer.values()) {
      out.printf(
          Locale.ROOT,
          "  %-10s %4d tables  %10s rows%n",
          layer.name().toLowerCase(Locale.ROOT),
          result.counts().tables().getOrDefault(layer, 0),
          StepState.count(result.counts().rows().getOrDefault(layer, 0L)));
    }
    out.printf(
        Locale.ROOT,
        "  %d tests passed, %d warned, %d failed; %s rows in quarantine; %s%n",
        result.build().testsPassed(),
        result.build().testsWarned(),
        result.build().testsFailed(),
        StepState.count(result.counts().quarantined()),
        StepState.time(took));
  }

  private void addresses(Platform platform, List<DemoUsers.Login> logins) {
    PrintStream out = terminal.out();
    out.println();
    out.println(terminal.bold("Look around"));
    out.println("  console  " + platform.apiUrl() + "/console");
    out.println("  API      " + platform.apiUrl() + "/api/v1/openapi.json");
    out.println("  keys     ./ipai status");
    out.println();
    out.println(terminal.bold("Sign in as") + "  (passwords of this machine's demo only)");
    for (DemoUsers.Login login : logins) {
      out.printf(
          Locale.ROOT,
          "  %-26s %-20s %s%n",
          login.email(),
          login.password(),
          String.join(", ", login.roles()));
    }
    out.println();
  }

  private static void putIfGiven(
      Map<Setting, String> options, Setting setting, @Nullable String value) {
    if (value != null) {
      options.put(setting, value);
    }
  }
}
