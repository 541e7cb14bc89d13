package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.statement.ExplainStatement;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.Statements;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.util.TablesNamesFinder;

/**
 * One query that a caller wrote. The parser is the first line, not the last: the text runs on a
 * login that is the caller, in a READ ONLY transaction, so what slips through finds no more than
 * the caller may see.
 *
 * @param text as written, without the last semicolon
 */
public record OneQuery(String text) {
  private static final int MAX_CHARACTERS = 100_000;

  /**
   * Functions that change the session, reach the server's files or other machines, or just wait.
   */
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?i)\\b(set_config|pg_sleep\\w*|dblink\\w*|lo_\\w+|pg_read_\\w+|pg_write_\\w+|pg_ls_\\w+|pg_stat_file"
              + "|pg_terminate_backend|pg_cancel_backend|pg_advisory\\w*|pg_try_advisory\\w*|query_to_xml\\w*"
              + "|cursor_to_xml\\w*|table_to_xml\\w*|schema_to_xml\\w*|database_to_xml\\w*|pg_notify)\"?\\s*\\(");

  /**
   * What shows the statements of other sessions of the same login, or how much there is of what row
   * security hides: the planner's statistics and the sizes of relations.
   */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "(?i)(pg_stat_|pg_stats|pg_statistic|pg_prepared_|pg_cursors|pg_locks|\\bpg_class\\b|reltuples"
              + "|relpages|relation_size|pg_table_size|pg_indexes_size|relation_filenode)");

  /** Spells a name in a way that the patterns here do not see. */
  private static final Pattern ESCAPED_NAME = Pattern.compile("(?i)u&\\s*[\"']");

  /** Throws {@code GW-015} for anything but one query. */
  public static OneQuery parse(String sql) {
    String text = sql.strip().replaceFirst("(\\s*;)+\\s*$", "");
    if (text.isEmpty() || text.length() > MAX_CHARACTERS || text.indexOf('\0') >= 0) {
      throw refused("the statement is empty or too long");
    }
    if (REFUSED.matcher(text).find()) {
      throw refused("the statement calls a function that callers may not use");
    }
    if (HIDDEN.matcher(text).find()) {
      throw refused("the statement reads what other sessions do, or what the planner knows");
    }
    if (ESCAPED_NAME.matcher(text).find()) {
      throw refused("the statement spells names or texts with U& escapes");
    }
    Statement statement = single(text);
    if (!(statement instanceof Select)) {
      throw refused(
          statement instanceof ExplainStatement
              ? "plans are not shown: they tell of rows that are hidden"
              : "only a query is run here");
    }
    return new OneQuery(text);
  }

  /** The tables that it names, as written; for explanations, never for decisions. */
  public Set<String> tables() {
    try {
      return new TreeSet<>(TablesNamesFinder.findTables(text));
    } catch (JSQLParserException | UnsupportedOperationException unknown) {
      return Set.of();
    }
  }

  private static Statement single(String text) {
    Statements statements;
    try {
      statements = CCJSqlParserUtil.parseStatements(text);
    } catch (JSQLParserException e) {
      throw new IpaiException(GatewayErrors.SQL_REFUSED, "the statement cannot be parsed", e)
          .fact("reason", firstLine(e))
          .hint("Write one SELECT, VALUES or WITH … SELECT.");
    }
    if (statements == null || statements.size() != 1) {
      throw refused("exactly one statement is run at a time");
    }
    return statements.getFirst();
  }

  private static String firstLine(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static IpaiException refused(String reason) {
    return new IpaiException(GatewayErrors.SQL_REFUSED, reason)
        .hint("Write one SELECT, VALUES or WITH … SELECT.");
  }
}
