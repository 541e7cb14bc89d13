package ai.ipai.server.cli;

import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai test} is the launcher's, since it needs no product; here it is only explained. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = "Runs every test, what CI runs. Arguments after -- go to Maven.",
    footer = {
      "%nExamples:",
      "  ./ipai test",
      "  ./ipai test --all",
      "  ./ipai test --seed 20261123    in the order of an earlier run, which printed its seed",
      "  ./ipai test -- -Dtest=CliTest"
    })
final class TestCommand implements Callable<Integer> {
  @Option(names = "--all", description = "the long loops in full: hundreds of kills, whole suites")
  private boolean all;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "the order of an earlier run, which printed N; else drawn anew")
  private @Nullable Long seed;

  @Parameters(hidden = true, paramLabel = "ARGUMENT")
  private List<String> rest = List.of();

  TestCommand(Terminal terminal) {}

  @Override
  public Integer call() {
    throw new IpaiException(ServerErrors.USAGE, "tests run through the launcher")
        .hint(
            "./ipai test"
                + (all ? " --all" : "")
                + (seed == null ? "" : " --seed " + seed)
                + (rest.isEmpty() ? "" : " -- …"));
  }
}
