package ai.ipai.postgres.migration;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.Locale;
import java.util.regex.Pattern;

/** A migration and its record share a transaction, so a migration must not end it. */
final class TransactionControl {
  private static final Pattern LEADING_COMMENTS =
      Pattern.compile("\\A(?:\\s+|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/)+", Pattern.DOTALL);
  private static final Pattern CONTROL =
      Pattern.compile(
          "(begin|start\\s+transaction|commit|end|rollback(?!\\s+to)|abort|prepare\\s+transaction)"
              + "\\b.*",
          Pattern.DOTALL);

  private TransactionControl() {}

  /** Errors: {@code PG-052}. */
  static void refuse(SqlStatement statement) {
    String text =
        LEADING_COMMENTS.matcher(statement.text()).replaceFirst("").toLowerCase(Locale.ROOT);
    if (CONTROL.matcher(text).matches()) {
      throw new IpaiException(
              PostgresErrors.MIGRATION_SYNTAX,
              "Line " + statement.line() + ": a migration must not begin or end a transaction.")
          .fact("line", statement.line())
          .hint("Take the statement out: the file is one transaction already.");
    }
  }
}
