package ai.ipai.server.cli;

import ai.ipai.governance.workspace.SchemaLibrary;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./ipai schema}: what the files of a workspace may say. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the JSON Schema of one kind of workspace file; without a kind, lists the kinds.",
      "--write puts all of them into a folder, for editors."
    },
    footer = {
      "%nExamples:",
      "  ./ipai schema",
      "  ./ipai schema connector",
      "  ./ipai schema --write my-workspace/.ipai/schema"
    })
final class SchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "KIND",
      completionCandidates = Kinds.class,
      description = "such as connector or policies")
  private @Nullable String kind;

  @Option(
      names = "--write",
      paramLabel = "DIR",
      description = "write every schema into this folder")
  private @Nullable Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "of the list: table, csv or json")
  private Format format = Format.TABLE;

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** For completions. */
  static final class Kinds implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SchemaLibrary.shipped().names().iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    SchemaLibrary library = SchemaLibrary.shipped();
    if (folder != null) {
      library.export(folder).forEach(file -> terminal.out().println(file));
      return Cli.DONE;
    }
    String wanted = kind;
    if (wanted != null) {
      terminal.out().println(library.text(wanted).orElseThrow(() -> unknown(wanted, library)));
      return Cli.DONE;
    }
    Listing listing = new Listing("kind", "file");
    library.names().forEach(name -> listing.add(List.of(name, name + ".schema.json")));
    listing.print(terminal, format);
    return Cli.DONE;
  }

  private static IpaiException unknown(String kind, SchemaLibrary library) {
    String near =
        library.names().stream()
            .min(Comparator.comparingInt(name -> Words.distance(name, kind)))
            .orElse("");
    return new IpaiException(ServerErrors.USAGE, "there is no schema " + kind)
        .hint("Did you mean " + near + "? There are: " + String.join(", ", library.names()));
  }
}
