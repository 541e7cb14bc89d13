package ai.ipai.postgres.caller;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.PGStream;
import org.postgresql.core.Parser;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/**
 * Statements on a connection that the driver opened, all before one Sync. The driver itself cannot
 * promise that: wherever it cannot tell how large a result gets, it puts a Sync between two
 * statements of one call (42.7.14), which ends the transaction and with it the caller's role. So
 * the messages are written here, on the driver's own stream, whose handshake, encryption and
 * authentication stay the driver's.
 *
 * <p>One for each connection, used by its borrower alone.
 */
final class FlightWire {
  /** Statements that stay prepared; each may cost the server a hundred kilobytes. */
  private static final int KEPT = 128;

  /** What the driver may hold of one caller's rows. */
  private static final long MAX_RESULT_BYTES = 32L * 1024 * 1024;

  private static final VarHandle STREAM = stream();
  private static final Map<BaseConnection, FlightWire> WIRES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final PGStream stream;
  private final boolean mayPrepare;
  private final List<String> forgotten = new ArrayList<>();
  private int named;
  private boolean isUsable = true;
  private final Map<String, Prepared> statements =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Prepared> eldest) {
          boolean isFull = size() > KEPT;
          if (isFull && !eldest.getValue().name.isEmpty()) {
            forgotten.add(eldest.getValue().name);
          }
          return isFull;
        }
      };

  /** A statement that was seen; it gets a name, and is kept by the server, when it comes again. */
  private static final class Prepared {
    private final String sql;
    private String name = "";
    private boolean isKnown;

    Prepared(String sql) {
      this.sql = sql;
    }
  }

  /**
   * A statement of a flight.
   *
   * @param sql one statement, values as question marks
   */
  record Step(String sql, List<FlightValues.Value> values) {}

  private FlightWire(PGStream stream, boolean mayPrepare) {
    this.stream = stream;
    this.mayPrepare = mayPrepare;
  }

  private static VarHandle stream() {
    try {
      return MethodHandles.privateLookupIn(QueryExecutorBase.class, MethodHandles.lookup())
          .findVarHandle(QueryExecutorBase.class, "pgStream", PGStream.class);
    } catch (ReflectiveOperationException otherDriver) {
      throw new ExceptionInInitializerError(otherDriver);
    }
  }

  static FlightWire of(Connection lent) throws SQLException {
    BaseConnection connection = lent.unwrap(BaseConnection.class);
    FlightWire known = WIRES.get(connection);
    if (known == null) {
      PGStream stream = (PGStream) STREAM.get((QueryExecutorBase) connection.getQueryExecutor());
      known = new FlightWire(stream, connection.getPrepareThreshold() > 0);
      WIRES.put(connection, known);
    }
    return known;
  }

  /** Whether what was sent was answered in full. If not, the connection is of no more use. */
  boolean isUsable() {
    return isUsable;
  }

  /**
   * Sends all, then reads all answers.
   *
   * @param answering the step whose rows are wanted
   * @throws SQLException what PostgreSQL said; nothing of the flight has happened then
   */
  List<CallerQuery.Row> fly(List<Step> steps, int answering) throws SQLException {
    try {
      return flyOnce(steps, answering);
    } catch (SQLException refused) {
      if (!isUsable || !isStale(refused)) {
        throw refused;
      }
      return flyOnce(steps, answering);
    }
  }

  /** Somebody else dropped what was prepared, or changed what it gives; all is forgotten now. */
  private static boolean isStale(SQLException refused) {
    return "26000".equals(refused.getSQLState())
        || ("0A000".equals(refused.getSQLState())
            && String.valueOf(refused.getMessage()).contains("cached plan"));
  }

  private List<CallerQuery.Row> flyOnce(List<Step> steps, int answering) throws SQLException {
    isUsable = false;
    FlightMessage message = new FlightMessage();
    List<Prepared> prepared = new ArrayList<>(steps.size());
    try {
      forgotten.forEach(message::close);
      for (Step step : steps) {
        prepared.add(add(message, step));
      }
    } catch (SQLException | RuntimeException unsent) {
      prepared.forEach(this::forget);
      isUsable = true;
      throw unsent;
    }
    message.sync();
    try {
      stream.send(message.bytes(), message.length());
      stream.flush();
      forgotten.clear();
      return answers(answering, prepared);
    } catch (IOException cut) {
      throw new PSQLException(
          "the connection was cut during a flight", PSQLState.CONNECTION_FAILURE, cut);
    }
  }

  private Prepared add(FlightMessage message, Step step) throws SQLException {
    Prepared statement = statements.get(step.sql());
    if (statement == null) {
      statement = new Prepared(numbered(step.sql()));
      statements.put(step.sql(), statement);
    } else if (mayPrepare && statement.name.isEmpty()) {
      statement.name = "flight_" + ++named;
    }
    if (!statement.isKnown) {
      message.parse(statement.name, statement.sql, step.values());
      statement.isKnown = !statement.name.isEmpty();
    }
    message.bind(statement.name, step.values());
    message.execute();
    return statement;
  }

  /** With the numbers that the server wants for values. */
  private static String numbered(String sql) throws SQLException {
    List<NativeQuery> parsed = Parser.parseJdbcSql(sql, true, true, true, false, false);
    if (parsed.size() != 1) {
      throw new IpaiException(
          PostgresErrors.TRANSACTION_ESCAPE, "A step of a flight is one statement.");
    }
    return parsed.getFirst().nativeSql;
  }

  private List<CallerQuery.Row> answers(int answering, List<Prepared> prepared)
      throws IOException, SQLException {
    List<CallerQuery.Row> rows = new ArrayList<>();
    PSQLException failure = null;
    int step = 0;
    long left = MAX_RESULT_BYTES;
    while (true) {
      int kind = stream.receiveChar();
      int size = stream.receiveInteger4() - 4;
      switch (kind) {
        case 'D' -> {
          left -= size;
          if (left < 0) {
            throw new PSQLException(
                "more than maxResultBuffer", PSQLState.COMMUNICATION_ERROR, null);
          }
          byte[] row = stream.receive(size);
          if (step == answering) {
            rows.add(FlightRow.of(row));
          }
        }
        case 'C', 'I' -> {
          stream.skip(size);
          step++;
        }
        case 'E' -> failure = refused(size, failure);
        case 'Z' -> {
          return ended((char) stream.receiveChar(), rows, failure, prepared);
        }
        case '1', '2', '3', 'n', 'N', 'S', 'A', 'T', 't', 's' -> stream.skip(size);
        default -> throw new IOException("an answer that no flight has: " + (char) kind);
      }
    }
  }

  private PSQLException refused(int size, @Nullable PSQLException first) throws IOException {
    PSQLException failure =
        new PSQLException(
            new ServerErrorMessage(new String(stream.receive(size), StandardCharsets.UTF_8)),
            false);
    return first == null ? failure : first;
  }

  private List<CallerQuery.Row> ended(
      char state,
      List<CallerQuery.Row> rows,
      @Nullable PSQLException failure,
      List<Prepared> prepared)
      throws SQLException {
    if (failure != null) {
      // Which of them the server still took is not worth finding out.
      prepared.forEach(this::forget);
    }
    if (state != 'I') {
      throw new IpaiException(
          PostgresErrors.TRANSACTION_ESCAPE, "A flight left its transaction open.");
    }
    isUsable = true;
    if (failure != null) {
      throw failure;
    }
    return rows;
  }

  private void forget(Prepared statement) {
    statements.values().remove(statement);
    if (!statement.name.isEmpty()) {
      forgotten.add(statement.name);
    }
  }
}
