package ai.ipai.server.cli;

/** How a command lists things. */
public enum Format {
  TABLE,
  CSV,
  JSON,
  /** {@code NAME="value"} lines that a shell can read. */
  ENV
}
