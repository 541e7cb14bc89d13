package ai.ipai.server.cli;

import ai.ipai.spi.error.IpaiException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a failure on the terminal: what, where, what to do next. */
final class ErrorReport {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorReport.class);

  private ErrorReport() {}

  /** Prints it and returns the exit code that fits. */
  static int print(Terminal terminal, Throwable failure) {
    if (!(failure instanceof IpaiException ours)) {
      terminal
          .err()
          .println(
              terminal.red("SRV-004 UNEXPECTED: ")
                  + failure.getClass().getSimpleName()
                  + (failure.getMessage() == null ? "" : ": " + failure.getMessage()));
      terminal.err().println("  this is a fault of ours; IPAI_LOG_LEVEL=debug shows where it is");
      LOG.debug("a command failed unexpectedly", failure);
      return Cli.FAILED;
    }
    terminal.err().println(terminal.red(ours.code() + ": ") + ours.getMessage());
    for (Map.Entry<String, String> fact : ours.facts().entrySet()) {
      terminal.err().println("  " + fact.getKey() + ": " + fact.getValue());
    }
    if (!ours.hint().isEmpty()) {
      terminal.err().println(terminal.bold("  " + ours.hint()));
    }
    LOG.debug("a command failed", ours);
    return ours.kind().exitCode();
  }
}
