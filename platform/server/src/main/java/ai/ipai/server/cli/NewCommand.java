package ai.ipai.server.cli;

import ai.ipai.governance.workspace.WorkspaceTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai new workspace DIR}, {@code new connector NAME}: something small that works. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a small workspace that plans, applies, loads and builds: one source, three models with",
      "tests, policies, a dashboard, a spec kit, and a README that says what to type next.",
      "A folder that holds anything is refused.",
      "new connector NAME copies the example connector and its contract tests within a checkout of",
      "the sources, under that name."
    },
    footer = {"%nExamples:", "  ./ipai new workspace my-company", "  ./ipai new connector weather"})
final class NewCommand implements Callable<Integer> {
  private static final List<String> KINDS = List.of("workspace", "connector");

  private final Terminal terminal;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "workspace|connector",
      completionCandidates = Kinds.class,
      description = "what to make")
  private String kind = "";

  @Parameters(
      index = "1",
      paramLabel = "DIR|NAME",
      description = "a folder that is new or empty; the connector's type")
  private Path folder = Path.of("");

  NewCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** For completions. */
  static final class Kinds implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return KINDS.iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    if (!KINDS.contains(kind) && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "the word after new is workspace or connector");
    }
    if (kind.equals("connector")) {
      ConnectorTemplate.create(terminal.root(), folder.toString())
          .forEach(file -> terminal.out().println(file));
      terminal.err().println();
      terminal
          .err()
          .println("Next: read it from the type on, then ./mvnw -pl platform/connectors -am test");
      return Cli.DONE;
    }
    List<Path> files = WorkspaceTemplate.create(folder);
    files.forEach(file -> terminal.out().println(file));
    terminal.err().println();
    terminal.err().println("Next: ./ipai apply --workspace " + folder + "   (its README goes on)");
    return Cli.DONE;
  }
}
