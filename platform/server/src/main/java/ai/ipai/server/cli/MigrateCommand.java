package ai.ipai.server.cli;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.migration.InstallReport;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.server.Installation;
import ai.ipai.server.PlatformConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./ipai migrate}: brings a database to this release, on its owner's login. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Applies the migrations and opens the platform's logins, on the login that owns the database.",
      "The embedded database does this by itself at every start."
    },
    footer = {
      "%nExamples:",
      "  ./ipai migrate --database-url postgresql://postgres@db.example.com:5432/postgres",
      "  ./ipai migrate -o json"
    })
final class MigrateCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  MigrateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    PlatformConfig config = installation.config(terminal);
    if (config.settings().database().isEmbedded()) {
      try (Installation opened = Installation.open(config)) {
        return report(install(config, opened.requireOwner()));
      }
    }
    DatabaseUrl owner =
        DatabaseUrl.parse(config.settings().database().url().orElseThrow().reveal());
    return report(install(config, owner));
  }

  private static InstallReport install(PlatformConfig config, DatabaseUrl owner) {
    return new Installer(MigrationSet.ofPlatform(), Installation.masterKey(config)).install(owner);
  }

  private int report(InstallReport report) {
    Listing listing = new Listing("migration", "state");
    for (Migration migration : report.migrations().present()) {
      listing.add(java.util.List.of(migration.file(), "was there"));
    }
    for (Migration migration : report.migrations().applied()) {
      listing.add(java.util.List.of(migration.file(), "applied"));
    }
    listing.print(terminal, format);
    report.migrations().warnings().forEach(w -> terminal.err().println(terminal.yellow("! ") + w));
    report
        .missing()
        .forEach(l -> terminal.err().println(terminal.yellow("! ") + "no login " + l.role()));
    return Cli.DONE;
  }
}
