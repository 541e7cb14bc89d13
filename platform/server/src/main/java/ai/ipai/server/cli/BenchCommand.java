package ai.ipai.server.cli;

import ai.ipai.server.ServerErrors;
import ai.ipai.server.bench.Benchmark;
import ai.ipai.server.bench.BenchmarkRun;
import ai.ipai.server.bench.Benchmarks;
import ai.ipai.server.bench.Measurement;
import ai.ipai.server.bench.Scratch;
import ai.ipai.server.progress.Progress;
import ai.ipai.spi.error.IpaiException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai bench NAME}: measures beside a baseline. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures on a scratch installation of its own, beside a baseline in the same run.",
      "Without a name it lists the benchmarks. Exits with 1 where a goal is missed."
    },
    footer = {
      "%nExamples:",
      "  ./ipai bench",
      "  ./ipai bench audit",
      "  ./ipai bench audit -o json"
    })
final class BenchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "which one; none lists them")
  private @Nullable String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  private BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** With the words that take options of their own. */
  static CommandSpec of(Terminal terminal) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new BenchCommand(terminal));
    spec.addSubcommand("postgrest", new CommandLine(new SpecBenchCommand(terminal)));
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    String wanted = name;
    if (wanted == null) {
      return list();
    }
    Benchmark benchmark = Benchmarks.find(wanted).orElseThrow(() -> unknown(wanted));
    List<Measurement> measured;
    try (Scratch scratch = Scratch.create();
        Progress progress = terminal.progress()) {
      measured =
          benchmark.run(
              new BenchmarkRun(
                  terminal.root(), scratch.folder(), terminal.environment(), progress));
    }
    return print(measured);
  }

  private int list() {
    Listing listing = new Listing("name", "measures");
    Benchmarks.all().forEach(one -> listing.add(List.of(one.name(), one.summary())));
    listing.add(
        List.of("postgrest", "the REST gateway against PostgREST's own specs (--help says how)"));
    listing.inFull().print(terminal, format);
    return Cli.DONE;
  }

  private static IpaiException unknown(String name) {
    List<String> names = Benchmarks.all().stream().map(Benchmark::name).toList();
    return new IpaiException(ServerErrors.USAGE, "there is no benchmark " + name)
        .hint("There are: " + String.join(", ", names));
  }

  private int print(List<Measurement> measured) {
    if (format == Format.TABLE) {
      Listing listing = new Listing("what", "measured", "baseline", "ratio", "goal", "");
      for (Measurement one : measured) {
        listing.add(
            List.of(
                one.what(),
                figure(one.value(), one.unit()),
                one.baseline().map(b -> figure(b.value(), one.unit()) + " " + b.what()).orElse(""),
                one.ratio().map(r -> String.format(Locale.ROOT, "%.2f", r)).orElse(""),
                one.goal().map(BenchCommand::goal).orElse(""),
                one.goal().map(g -> g.isReached() ? "reached" : "MISSED").orElse("")));
      }
      listing.inFull().print(terminal, format);
    } else {
      Listing listing =
          new Listing(
              "what",
              "value",
              "unit",
              "baseline",
              "baseline_value",
              "ratio",
              "judged",
              "judged_value",
              "judged_unit",
              "at_most",
              "reached");
      measured.forEach(one -> listing.add(cells(one)));
      listing.print(terminal, format);
    }
    return measured.stream().anyMatch(Measurement::isMissed) ? Cli.FAILED : Cli.DONE;
  }

  private static List<@Nullable Object> cells(Measurement one) {
    return Arrays.asList(
        one.what(),
        one.value(),
        one.unit(),
        one.baseline().map(Measurement.Baseline::what).orElse(null),
        one.baseline().map(Measurement.Baseline::value).orElse(null),
        one.ratio().orElse(null),
        one.goal().map(Measurement.Goal::figure).orElse(null),
        one.goal().map(Measurement.Goal::value).orElse(null),
        one.goal().map(Measurement.Goal::unit).orElse(null),
        one.goal().map(Measurement.Goal::most).orElse(null),
        one.goal().map(Measurement.Goal::isReached).orElse(null));
  }

  private static String goal(Measurement.Goal goal) {
    return goal.figure()
        + " "
        + figure(goal.value(), goal.unit())
        + ", at most "
        + figure(goal.most(), goal.unit());
  }

  /** Three digits say enough. */
  static String figure(double value, String unit) {
    double size = Math.abs(value);
    String number =
        String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    return unit.startsWith("/") ? number + unit : number + " " + unit;
  }
}
