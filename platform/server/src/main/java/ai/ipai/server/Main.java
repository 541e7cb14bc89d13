package ai.ipai.server;

import ai.ipai.server.cli.Cli;
import ai.ipai.server.cli.Terminal;
import java.util.List;

/** The process: {@code ai.ipai.server.Main WORD …}, as {@code ./ipai WORD …} calls it. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = Cli.run(List.of(args), Terminal.ofProcess());
    System.exit(code);
  }
}
