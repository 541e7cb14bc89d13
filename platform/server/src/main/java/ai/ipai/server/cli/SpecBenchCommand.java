package ai.ipai.server.cli;

import ai.ipai.server.ServerErrors;
import ai.ipai.server.bench.BenchmarkRun;
import ai.ipai.server.bench.Scratch;
import ai.ipai.server.bench.postgrest.SpecBench;
import ai.ipai.server.bench.postgrest.SpecReport;
import ai.ipai.server.progress.Progress;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./ipai bench postgrest}: the REST gateway against PostgREST's own specs. */
@Command(
    name = "postgrest",
    mixinStandardHelpOptions = true,
    description = {
      "Runs PostgREST's own public specs, read from a checkout that you have, against the gateway.",
      "Starts a scratch PostgreSQL with the specs' fixtures and the gateway under each of their"
          + " configurations.",
      "A case that cannot be read counts as not passed. Exits with 1 unless every case passes."
    },
    footer = {
      "%nExamples:",
      "  git clone https://github.com/PostgREST/postgrest",
      "  ./ipai bench postgrest --specs postgrest/test/spec",
      "  ./ipai bench postgrest --specs postgrest/test/spec --area Query/RpcSpec --failures 5"
    })
final class SpecBenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--specs",
      paramLabel = "DIR",
      required = true,
      description = "test/spec of a checkout of PostgREST")
  private @Nullable Path specs;

  @Option(
      names = "--area",
      paramLabel = "NAME",
      description = "only files whose name holds this, such as Query/RpcSpec")
  private @Nullable String area;

  @Option(names = "--only", paramLabel = "TEXT", description = "only cases whose title holds this")
  private @Nullable String only;

  @Option(
      names = "--failures",
      paramLabel = "N",
      defaultValue = "0",
      description = "show the first N failures in full, on standard error")
  private int failures;

  @Option(
      names = "--left-out",
      description = "list what is left out, and which fixtures cannot be made here")
  private boolean listsLeftOut;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "a server that runs already over the specs' fixtures, such as a PostgREST; only cases of"
              + " the default configuration run")
  private @Nullable URI url;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  SpecBenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    Path folder = specs;
    if (folder == null || !Files.isRegularFile(folder.resolve("SpecHelper.hs"))) {
      throw new IpaiException(ServerErrors.USAGE, folder + " holds no specs of PostgREST")
          .hint("Name the folder test/spec of a checkout of PostgREST.");
    }
    SpecReport report;
    try (Scratch scratch = Scratch.create();
        Progress progress = terminal.progress()) {
      BenchmarkRun run =
          new BenchmarkRun(terminal.root(), scratch.folder(), terminal.environment(), progress);
      report =
          new SpecBench(
                  run,
                  folder.toAbsolutePath().normalize(),
                  new SpecBench.Wanted(
                      Optional.ofNullable(area),
                      Optional.ofNullable(only),
                      Optional.ofNullable(url)))
              .measure();
    }
    print(report);
    return report.isClean() ? Cli.DONE : Cli.FAILED;
  }

  private void print(SpecReport report) {
    lines(report.failures(failures));
    if (listsLeftOut) {
      lines(report.leftOut());
      lines(report.fixtureFaults());
    }
    Listing listing = new Listing(SpecReport.columns());
    report.rows().forEach(listing::add);
    listing.inFull().print(terminal, format);
  }

  private void lines(List<String> lines) {
    lines.forEach(line -> terminal.err().println(line));
  }
}
