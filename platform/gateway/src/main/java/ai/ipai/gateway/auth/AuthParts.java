package ai.ipai.gateway.auth;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.caller.ControlTransactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** What the flows of {@code /auth/v1} share. */
record AuthParts(
    ControlTransactions transactions,
    SignIn signIn,
    PasswordHasher hasher,
    Attempts attempts,
    ProofStore proofs,
    FlowStore flows,
    AuthRules rules,
    ProofMail mail,
    AuditLog audit) {

  Sessions sessions() {
    return signIn.sessions();
  }

  <T> T write(SignIn.Origin origin, CallerWork<T> work) throws SQLException {
    return transactions.run(origin.requestId(), CallerOptions.writing(), work);
  }

  <T> T read(CallerWork<T> work) throws SQLException {
    return transactions.run(CallerOptions.reading(), work);
  }

  /** In the transaction of what it tells of. */
  void allowed(Connection connection, SignIn.Origin origin, String action, UUID user, String reason)
      throws SQLException {
    audit.record(connection, SignIn.entry(action, "user:" + user, origin).allow(reason).build());
  }

  void denied(SignIn.Origin origin, String action, String principal, String reason) {
    AuditEntry entry = SignIn.entry(action, principal, origin).deny(reason).build();
    audit.denied(entry);
  }
}
