package ai.ipai.postgres.caller;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A read under another role in one network flight: settings and statement go out together before
 * one Sync, which PostgreSQL takes for one transaction. It ends there whatever happens: a failure
 * anywhere skips the rest and rolls back, and every setting of it is transaction-local.
 *
 * <p>The role stands in the text, not among the values, and the statement names it: so each role
 * has its own prepared statements, which PostgreSQL would otherwise plan again for every change of
 * role.
 */
final class Flights {
  /**
   * A connection that was cut while idle shows at once. Later than this it was cut under the
   * statement, perhaps on purpose: then it is not run again.
   */
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  private static final List<FlightWire.Step> CLEANING =
      Arrays.stream(Session.CLEAN.split("; ?", -1))
          .map(statement -> new FlightWire.Step(statement, List.of()))
          .toList();

  private final Database database;

  Flights(Database database) {
    this.database = database;
  }

  <T> T run(Caller caller, CallerOptions options, CallerQuery<T> query) throws SQLException {
    List<FlightWire.Step> steps = steps(caller, options, query);
    Connection connection = database.connect(Login.SERVER);
    for (int replaceable = database.poolSize(Login.SERVER); ; replaceable--) {
      long start = System.nanoTime();
      try {
        return query.read(fly(connection, steps));
      } catch (CutException cut) {
        boolean atOnce = System.nanoTime() - start < AT_ONCE.toNanos();
        if (replaceable == 0 || !atOnce || Thread.currentThread().isInterrupted()) {
          database.discard(connection, Login.SERVER);
          throw Session.infrastructureOr(cut.failure);
        }
      }
      connection = database.replace(connection, Login.SERVER);
    }
  }

  /** The connection is still the borrower's, and of no more use. */
  private static final class CutException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient SQLException failure;

    CutException(SQLException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  /** Gives the connection back, unless it was cut. */
  private List<CallerQuery.Row> fly(Connection connection, List<FlightWire.Step> steps)
      throws SQLException, CutException {
    boolean isDone = false;
    boolean isCut = false;
    FlightWire wire = FlightWire.of(connection);
    try {
      List<CallerQuery.Row> rows = wire.fly(steps, 1);
      isDone = true;
      return rows;
    } catch (SQLException failed) {
      isCut = Session.isCut(failed);
      if (isCut) {
        throw new CutException(failed);
      }
      throw Session.infrastructureOr(failed);
    } finally {
      if (!isCut) {
        release(connection, wire, isDone);
      }
    }
  }

  private void release(Connection connection, FlightWire wire, boolean isDone) {
    if (wire.isUsable()) {
      Session.release(database, connection, isDone ? "" : Session.CLEAN);
    } else {
      database.discard(connection, Login.SERVER);
    }
  }

  private static <T> List<FlightWire.Step> steps(
      Caller caller, CallerOptions options, CallerQuery<T> query) throws SQLException {
    List<FlightWire.Step> steps = new ArrayList<>();
    steps.add(settings(caller, options));
    FlightValues values = new FlightValues();
    query.bind(values);
    String own = "/* " + caller.databaseRole() + " */ " + query.sql();
    steps.add(new FlightWire.Step(own, values.all()));
    if (query.runsForeignCode()) {
      steps.addAll(CLEANING);
    }
    return steps;
  }

  private static FlightWire.Step settings(Caller caller, CallerOptions options) {
    String sql =
        "select num_nonnulls(set_config('role', '"
            + caller.databaseRole()
            + "', true), set_config('request.jwt.claims', ?, true),"
            + " set_config('request.id', ?, true), set_config('statement_timeout', ?, true),"
            + " set_config('transaction_read_only', 'on', true)"
            + ", set_config(?, ?, true)".repeat(options.settings().size())
            + ")";
    FlightValues values = new FlightValues();
    values.text(caller.claims());
    values.text(caller.requestId());
    values.text(options.statementTimeout().toMillis() + "ms");
    for (Map.Entry<String, String> setting : options.settings().entrySet()) {
      values.text(setting.getKey());
      values.text(setting.getValue());
    }
    return new FlightWire.Step(sql, values.all());
  }
}
