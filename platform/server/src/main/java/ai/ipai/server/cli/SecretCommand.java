package ai.ipai.server.cli;

import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretMetadata;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Vault;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.Workshop;
import ai.ipai.spi.error.IpaiException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "  ./ipai secret grant odoo/api_key connector:erp role:ipai_operator",
      "  ./ipai secret revoke odoo/api_key role:ipai_operator",
      "  ./ipai secret rotate odoo/api_key < new-key.txt",
      "  ./ipai secret renew odoo/api_key connector:erp",
      "  ./ipai secret list -o json",
      "  ./ipai secret delete odoo/api_key",
      "  ./ipai secret reset                        # their master key is lost: give every value up"
    })
final class SecretCommand implements Callable<Integer> {
  private static final List<String> WORDS =
      List.of("put", "list", "grant", "revoke", "rotate", "renew", "delete", "reset");

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "put|list|grant|revoke|rotate|renew|delete|reset",
      completionCandidates = Words.class,
      description = "what to do")
  private String word = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "such as odoo/api_key")
  private @Nullable String name;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "USER",
      description =
          "of grant and revoke: connector:NAME, job:NAME, agent:NAME, app:NAME, role:ROLE;"
              + " of renew: the connector whose source gives the new value")
  private List<String> named = List.of();

  @Option(
      names = "--for",
      paramLabel = "USER",
      description = "of put: who may use it from the start; may be given several times")
  private List<String> users = List.of();

  @Option(names = "--description", paramLabel = "TEXT", description = "what it is")
  private String description = "";

  @Option(names = "--yes", description = "of reset: do it; without, it only says what it would do")
  private boolean yes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  /** For completions. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WORDS.iterator();
    }
  }

  SecretCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (!WORDS.contains(word) && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "the word after secret is one of " + String.join(", ", WORDS));
    }
    checkUsers();
    if (word.equals("reset") && name != null) {
      throw new IpaiException(ServerErrors.USAGE, "a reset is of all secrets, not of one")
          .hint("./ipai secret rotate NAME replaces one value.");
    }
    try (Installation opened = Installation.open(installation.config(terminal))) {
      SecretActor actor = SecretActor.of(Operator.principal(), "ipai_platform_admin");
      if (word.equals("reset")) {
        return reset(opened, actor);
      }
      if (word.equals("renew")) {
        renew(Workshop.of(opened), actor);
      } else {
        run(opened.vault(), actor);
      }
    }
    return Cli.DONE;
  }

  /** Before anything is changed, and before a value is asked for. */
  private void checkUsers() {
    boolean takesUsers = List.of("grant", "revoke", "renew").contains(word);
    if (takesUsers == named.isEmpty()) {
      throw new IpaiException(
              ServerErrors.USAGE,
              takesUsers
                  ? "who may use it is missing, such as connector:odoo"
                  : "./ipai secret " + word + " takes no users")
          .hint(
              takesUsers
                  ? "./ipai secret " + word + " NAME connector:odoo"
                  : "./ipai secret put NAME --for USER, or ./ipai secret grant NAME USER");
    }
    if (!users.isEmpty() && !word.equals("put")) {
      throw new IpaiException(ServerErrors.USAGE, "--for belongs to ./ipai secret put")
          .hint("./ipai secret grant NAME USER");
    }
    if (!word.equals("list") && !word.equals("reset")) {
      ref();
    }
    // A grant to a role that does not exist is a typing error; taking one away cleans up.
    if (!word.equals("revoke")) {
      Stream.concat(users.stream(), named.stream())
          .map(SecretUser::parse)
          .forEach(SecretCommand::checkRole);
    }
  }

  private static void checkRole(SecretUser user) {
    if (user.kind() == SecretUser.Kind.ROLE && Login.sqlLoginOf(user.name()).isEmpty()) {
      List<String> roles =
          Login.all().stream().flatMap(login -> login.platformRole().stream()).toList();
      throw new IpaiException(ServerErrors.PRINCIPAL_UNKNOWN, "there is no role " + user.name())
          .hint("Roles: " + String.join(", ", roles));
    }
  }

  private void renew(Workshop workshop, SecretActor actor) {
    SecretUser user = SecretUser.parse(named.getFirst());
    if (user.kind() != SecretUser.Kind.CONNECTOR || named.size() > 1) {
      throw new IpaiException(ServerErrors.USAGE, "one connector renews a secret")
          .hint("./ipai secret renew NAME connector:odoo");
    }
    Instant end = workshop.renew(actor, ref(), user.name());
    terminal.err().println("the new key ends at " + end);
    printOne(workshop.vault());
  }

  private void run(Vault vault, SecretActor actor) throws IOException {
    switch (word) {
      case "put" -> {
        vault.put(actor, ref(), value(), description);
        users.forEach(user -> vault.grant(actor, ref(), SecretUser.parse(user)));
        printOne(vault);
      }
      case "grant" -> {
        named.forEach(user -> vault.grant(actor, ref(), SecretUser.parse(user)));
        printOne(vault);
      }
      case "revoke" -> {
        named.forEach(user -> vault.revoke(actor, ref(), SecretUser.parse(user)));
        printOne(vault);
      }
      case "rotate" -> print(List.of(vault.rotate(actor, ref(), value())));
      case "delete" -> vault.delete(actor, ref());
      default -> print(vault.list());
    }
  }

  /** Not without a word from whoever knows that the key does not come back. */
  private int reset(Installation opened, SecretActor actor) {
    DatabaseVault vault = opened.vault();
    List<SecretMetadata> before = vault.list();
    if (!yes) {
      throw new IpaiException(
              ServerErrors.USAGE,
              "a reset gives up the values of " + before.size() + " secrets for good")
          .fact("secrets", names(before))
          .hint(
              "Put the right master key back where there still is a copy of it. If it is lost:"
                  + " ./ipai secret reset --yes");
    }
    List<SecretMetadata> lost = vault.reset(actor);
    print(lost);
    terminal
        .err()
        .println(
            lost.isEmpty()
                ? "The vault begins anew under the master key that is here."
                : "Enter each again, under its name: ./ipai secret put NAME. Who may use it is kept.");
    return Cli.DONE;
  }

  private static String names(List<SecretMetadata> secrets) {
    return String.join(", ", secrets.stream().map(secret -> secret.ref().name()).toList());
  }

  private void printOne(Vault vault) {
    print(vault.list().stream().filter(secret -> secret.ref().equals(ref())).toList());
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
    Listing listing =
        new Listing("name", "version", "store", "state", "rotated_at", "users", "description");
    for (SecretMetadata secret : secrets) {
      listing.add(
          List.of(
              secret.ref().name(),
              secret.version(),
              secret.store(),
              secret.isLost() ? "lost" : "kept",
              secret.rotatedAt().toString(),
              String.join(" ", secret.users().stream().map(SecretUser::toString).toList()),
              secret.description()));
    }
    listing.inFull().print(terminal, format);
  }
}
