package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL says about a model's SQL, without the values of rows. */
final class SqlFaults {
  private SqlFaults() {}

  static IpaiException of(Node node, SQLException failed, ErrorCode code) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    boolean unreachable =
        state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
    return new IpaiException(
            unreachable ? PipelineErrors.DATABASE : code,
            node.code().place().file() + ": " + message(failed),
            failed)
        .fact("file", node.code().place().file())
        .fact("node", node.uniqueId())
        .fact("sqlstate", state)
        .hint(
            unreachable
                ? "Run the build again; it goes on where it stopped."
                : "The compiled SQL is in the target folder, below compiled/.");
  }

  /**
   * The message as far as it speaks of names: data exceptions (class 22) quote the value after a
   * colon, exceptions that code raises (P0001) say anything.
   */
  static String message(SQLException failed) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    ServerErrorMessage server =
        failed instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
    String text =
        server == null || server.getMessage() == null
            ? "the connection to the database broke"
            : server.getMessage();
    if (state.startsWith("22")) {
      int colon = text.indexOf(": ");
      text = colon < 0 ? text.replaceAll("\"[^\"]*\"", "…") : text.substring(0, colon);
    } else if (state.equals("P0001")) {
      text = "the SQL raised an exception";
    } else if (state.equals("57014")) {
      text = "the statement ran into its time limit or was cancelled";
    }
    int position = server == null ? 0 : server.getPosition();
    return text
        + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")")
        + (position > 0 ? ", at character " + position : "");
  }
}
