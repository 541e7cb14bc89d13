package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.sql.SqlTokens.Token;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  private static final int MAX_OBJECT = 500;
  private static final String UNPARSED = "unparsed";

  /**
   * Functions of PostgreSQL that change the session or a sequence, run SQL that stands in a text,
   * tell of other sessions, reach the server's files or other machines, or just wait.
   */
  private static final Pattern REFUSED =
      Pattern.compile(
          "set_config|current_query|setval|nextval|currval|lastval|currtid2|ts_stat|ts_rewrite|txid_\\w+"
              + "|\\w+_to_xml(schema|_and_xmlschema)?|lo_\\w+|loread|lowrite|dblink\\w*|binary_upgrade_\\w+"
              + "|brin_\\w+|gin_\\w+|plpgsql_\\w+|amvalidate|\\w*handler|dsnowball_\\w+|ri_fkey_\\w+");

  /**
   * How PostgreSQL names what is its own: catalogs with the statements of other sessions of the
   * same login and with how much there is of what row security hides, and functions over both.
   */
  private static final Pattern SYSTEM = Pattern.compile("(?i)pg_.*");

  private static final Set<String> HARMLESS =
      Set.of("pg_catalog", "pg_typeof", "pg_size_pretty", "pg_column_size");

  /** Rows that the planner believes in; the catalogs that hold them are refused by name. */
  private static final Set<String> ESTIMATES = Set.of("reltuples", "relpages");

  /** Where callers may call functions; who may call which, the database decides. */
  private static final Pattern CALLABLE_SCHEMA =
      Pattern.compile("pg_catalog|auth|ipai|(bronze|silver|gold|platinum)_.*");

  /** Throws {@code GW-015} for anything but one query. */
  public static OneQuery parse(String sql) {
    String text = sql.strip().replaceFirst("(\\s*;)+\\s*$", "");
    if (text.isEmpty() || text.length() > MAX_CHARACTERS || text.indexOf('\0') >= 0) {
      throw refused("the statement is empty or too long");
    }
    List<Token> tokens = tokens(text);
    checkNames(tokens);
    Statement statement = single(Placeholders.of(text, tokens).parser());
    if (!(statement instanceof Select)) {
      throw refused(
          statement instanceof ExplainStatement
              ? "plans are not shown: they tell of rows that are hidden"
              : "only a query is run here");
    }
    return new OneQuery(text);
  }

  /** The statement as the driver takes it, and the parameters that it has. */
  Placeholders placeholders() {
    return Placeholders.of(text, tokens(text));
  }

  /** Every name in it, as PostgreSQL folds it; of tables, columns, functions and keywords. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    tokens(text).stream().filter(Token::isName).forEach(token -> names.add(token.text()));
    return names;
  }

  private static List<Token> tokens(String text) {
    try {
      return SqlTokens.of(text);
    } catch (SqlTokens.Refused unclear) {
      throw refused("in the statement " + unclear.reason());
    }
  }

  private static void checkNames(List<Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isSymbol(';')) {
        throw refused("exactly one statement is run at a time");
      }
      if (token.isName()) {
        boolean isCalled = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol('(');
        boolean isQualified = i > 1 && tokens.get(i - 1).isSymbol('.');
        checkName(token.text());
        if (isCalled) {
          checkCall(token.text(), isQualified ? Optional.of(tokens.get(i - 2)) : Optional.empty());
        }
      }
    }
  }

  private static void checkName(String name) {
    boolean isSystem = SYSTEM.matcher(name).matches() && !HARMLESS.contains(name);
    if (isSystem || ESTIMATES.contains(name)) {
      throw new IpaiException(
              GatewayErrors.SQL_REFUSED,
              "the statement names " + name + ", which tells what callers may not know")
          .hint("What there is for you stands in information_schema.tables and .columns.");
    }
  }

  private static void checkCall(String name, Optional<Token> schema) {
    boolean isElsewhere =
        schema.isPresent() && !CALLABLE_SCHEMA.matcher(schema.get().text()).matches();
    if (isElsewhere || REFUSED.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
      throw refused("the statement calls " + name + ", a function that callers may not use");
    }
  }

  /**
   * What a statement reads, for the record of it: its tables, or {@code unparsed}; of a statement
   * that is refused as well.
   */
  static String objects(String sql) {
    Set<String> tables =
        new OneQuery(sql.substring(0, Math.min(sql.length(), MAX_CHARACTERS))).tables();
    String listed = tables.isEmpty() ? UNPARSED : String.join(", ", tables);
    return listed.length() <= MAX_OBJECT ? listed : listed.substring(0, MAX_OBJECT) + "…";
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
