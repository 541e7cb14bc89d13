package ai.ipai.postgres.caller;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement that the platform wrote and that only reads: with its values, and with what becomes
 * of its rows. Together with the caller's role, claims and limits it takes one network flight.
 */
public interface CallerQuery<T> {
  /** One statement, its values as question marks. */
  String sql();

  /** Gives the values in the order of the question marks; again if the connection was cut. */
  void bind(Values values) throws SQLException;

  /** Called once, after PostgreSQL has ended the transaction. */
  T read(List<Row> rows) throws SQLException;

  /**
   * Whether it may run functions that neither PostgreSQL nor the platform brought, which could
   * leave something behind in the session: then the session is cleaned in the same flight.
   */
  boolean runsForeignCode();

  /** Takes values. */
  interface Values {
    /** Text whose type PostgreSQL works out. */
    void text(String value) throws SQLException;

    void bytes(byte[] value) throws SQLException;

    /** One array. */
    void texts(List<String> values) throws SQLException;
  }

  /** One row, its values as PostgreSQL writes them as text. */
  interface Row {
    /** In UTF-8; columns count from 1. */
    byte @Nullable [] bytes(int column);

    @Nullable String text(int column);
  }
}
