package ai.ipai.server.cli;

import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretMetadata;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Vault;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ipai secret …}: values go in, and never come out. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps secrets by name. A value is read from standard input, never from the command line,",
      "and shown by no command."
    },
    footer = {
      "%nExamples:",
      "  ./ipai secret put odoo/api_key --for connector:odoo < key.txt",
      "  ./ipai secret rotate odoo/api_key < new-key.txt",
      "  ./ipai secret list -o json",
      "  ./ipai secret delete odoo/api_key"
    })
final class SecretCommand implements Callable<Integer> {
  private static final List<String> WORDS = List.of("put", "list", "delete", "rotate");

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "put|list|delete|rotate", description = "what to do")
  private String word = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "such as odoo/api_key")
  private @Nullable String name;

  @Option(
      names = "--for",
      paramLabel = "USER",
      description = "who may use it: connector:odoo, job:…, agent:…, role:…")
  private List<String> users = List.of();

  @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
  private String description = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  SecretCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!WORDS.contains(word) && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "the word after secret is one of " + String.join(", ", WORDS));
    }
    try (Installation opened = Installation.open(installation.config(terminal))) {
      run(opened.vault(), SecretActor.of(Operator.principal(), "ipai_platform_admin"));
    }
    return Cli.DONE;
  }

  private void run(Vault vault, SecretActor actor) throws IOException {
    switch (word) {
      case "put" -> {
        print(List.of(vault.put(actor, ref(), value(), description)));
        users.forEach(user -> vault.grant(actor, ref(), SecretUser.parse(user)));
      }
      case "rotate" -> print(List.of(vault.rotate(actor, ref(), value())));
      case "delete" -> vault.delete(actor, ref());
      default -> print(vault.list());
    }
  }

  private SecretRef ref() {
    String given = name;
    if (given == null) {
      throw new IpaiException(ServerErrors.USAGE, "the name of the secret is missing")
          .hint("./ipai secret " + word + " NAME");
    }
    return SecretRef.isReference(given) ? SecretRef.parse(given) : new SecretRef(given);
  }

  /** Typed unseen on a terminal, else all of standard input without its last line break. */
  @SuppressWarnings("SystemConsoleNull") // as its type says
  private SecretValue value() throws IOException {
    if (terminal.isInteractive()) {
      Console console = System.console();
      char[] typed = console == null ? null : console.readPassword("Value of %s: ", name);
      if (typed != null) {
        SecretValue value = SecretValue.of(new String(typed));
        Arrays.fill(typed, ' ');
        return value;
      }
    }
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    return SecretValue.of(text.replaceFirst("\\r?\\n\\z", ""));
  }

  private void print(List<SecretMetadata> secrets) {
    Listing listing = new Listing("name", "version", "store", "rotated_at", "users", "description");
    for (SecretMetadata secret : secrets) {
      listing.add(
          List.of(
              secret.ref().name(),
              secret.version(),
              secret.store(),
              secret.rotatedAt().toString(),
              String.join(" ", secret.users().stream().map(SecretUser::toString).toList()),
              secret.description()));
    }
    listing.print(terminal, format);
  }
}
