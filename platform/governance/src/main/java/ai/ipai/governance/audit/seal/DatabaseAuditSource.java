package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Reads the live log on a connection that may: {@code ipai_control}, {@code ipai_sql_auditor}, the
 * owner. The connection is in a transaction, and stays the caller's. Errors: {@code AUD-005}.
 */
public final class DatabaseAuditSource implements AuditSource {
  private static final int FETCH_ROWS = 2000;
  private final Connection inOpenTx;

  public DatabaseAuditSource(Connection inOpenTx) {
    this.inOpenTx = inOpenTx;
  }

  @Override
  public void forEachSeal(Consumer<Seal> action) {
    try {
      SealStore.forEach(inOpenTx, action);
    } catch (SQLException failed) {
      throw unreadable(failed);
    }
  }

  @Override
  public Seal.Body body(long batch) {
    try {
      return SealStore.body(inOpenTx, batch);
    } catch (SQLException failed) {
      throw unreadable(failed);
    }
  }

  @Override
  public void forEachRow(Consumer<AuditRow> action) {
    try (PreparedStatement statement =
        inOpenTx.prepareStatement(
            "select " + AuditRow.COLUMNS + " from ipai.audit_log order by id")) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          action.accept(AuditRow.of(rows));
        }
      }
    } catch (SQLException failed) {
      throw unreadable(failed);
    }
  }

  private static IpaiException unreadable(SQLException failed) {
    return new IpaiException(AuditErrors.UNREADABLE, "The audit log cannot be read.", failed)
        .fact("sqlstate", String.valueOf(failed.getSQLState()));
  }
}
