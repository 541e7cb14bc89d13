package ai.ipai.server.cli;

import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.Vault;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.PlatformConfig;
import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.Iterator;
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

/** {@code ./ipai keys}: the keys that sign access tokens. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "list: the keys that sign access tokens (ES256), the signing one first.",
      "rotate: a new key signs; tokens of the two keys before stay good until they expire.",
      "Servers that run follow within a minute."
    },
    footer = {
      "%nExamples:",
      "  ./ipai keys list",
      "  ./ipai keys rotate",
      "  ./ipai keys rotate --forget-former       # a key got out: its tokens end within a minute"
    })
final class KeysCommand implements Callable<Integer> {
  private static final List<String> WORDS = List.of("list", "rotate");

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "list|rotate",
      completionCandidates = Words.class,
      description = "what to do")
  private String word = "";

  @Option(
      names = "--forget-former",
      description =
          "of rotate: no token of a former key counts any more; sessions go on, since clients renew"
              + " their tokens by themselves")
  private boolean forgetsFormer;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "of list: table, csv or json")
  private Format format = Format.TABLE;

  /** For completions. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WORDS.iterator();
    }
  }

  KeysCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!WORDS.contains(word)) {
      throw new ParameterException(
          java.util.Objects.requireNonNull(spec).commandLine(),
          "the word after keys is one of " + String.join(", ", WORDS) + ", not " + word);
    }
    if (forgetsFormer && !word.equals("rotate")) {
      throw new IpaiException(ServerErrors.USAGE, "--forget-former belongs to ./ipai keys rotate");
    }
    PlatformConfig config = installation.config(terminal);
    if (config.settings().auth().accounts().isSignedBySecret()) {
      throw new IpaiException(ServerErrors.USAGE, "tokens are signed with the JWT secret here")
          .hint("Set auth.signing: ES256 (IPAI_AUTH_SIGNING) to have keys, and start the server.");
    }
    try (Installation opened = Installation.open(config)) {
      if (word.equals("rotate")) {
        rotate(opened.vault());
      } else {
        list(opened.vault());
      }
    }
    return Cli.DONE;
  }

  private void list(Vault vault) {
    Listing listing = new Listing("key", "use");
    List<String> ids = KeyRing.ids(vault);
    for (int i = 0; i < ids.size(); i++) {
      listing.add(List.of(ids.get(i), i == 0 ? "signs" : "still accepted"));
    }
    listing.print(terminal, format);
    if (ids.isEmpty()) {
      terminal.err().println(terminal.dim("none yet: the server makes the first when it starts"));
    }
  }

  private void rotate(Vault vault) {
    SecretActor actor = SecretActor.of(Operator.principal(), "ipai_platform_admin");
    terminal.out().println(KeyRing.rotate(vault, actor, forgetsFormer));
    terminal
        .err()
        .println(
            terminal.dim(
                forgetsFormer
                    ? "signs from now on; tokens of other keys end within a minute"
                    : "signs from now on; tokens of the keys before stay good until they expire"));
  }
}
