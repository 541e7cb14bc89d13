package ai.ipai.server.cli;

import ai.ipai.server.doctor.Doctor;
import ai.ipai.server.doctor.Finding;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai doctor}: each fault with its cure. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Looks at Java, ports, database, roles, disk, migrations, clock; each fault with its cure.",
    footer = {"%nExamples:", "  ./ipai doctor", "  ./ipai doctor -o json"})
final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Finding> findings = new Doctor(installation.config(terminal)).examine();
    if (format == Format.TABLE) {
      findings.forEach(this::print);
    } else {
      Listing listing = new Listing("subject", "state", "found", "cure");
      findings.forEach(
          f -> listing.add(List.of(f.subject(), Doctor.word(f.state()), f.found(), f.cure())));
      listing.print(terminal, format);
    }
    boolean isSick = findings.stream().anyMatch(f -> f.state() == Finding.State.FAULT);
    return isSick ? Cli.FAILED : Cli.DONE;
  }

  private void print(Finding finding) {
    String mark =
        switch (finding.state()) {
          case GOOD -> terminal.green("ok     ");
          case WARNING -> terminal.yellow("warning");
          case FAULT -> terminal.red("FAULT  ");
        };
    terminal.out().println(mark + "  " + finding.subject() + ": " + finding.found());
    if (!finding.cure().isEmpty()) {
      terminal.out().println("           " + terminal.bold(finding.cure()));
    }
  }
}
