package ai.ipai.server.api;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.Callers;
import ai.ipai.governance.access.Asked;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.access.Explanation;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.List;

/** {@code /api/v1/explain-access}: why the caller sees what they see of an object. */
public final class AccessRoutes {
  private final ExplainAccess access;
  private final AuditReads audit;

  public AccessRoutes(ExplainAccess access, AuditReads audit) {
    this.access = access;
    this.audit = audit;
  }

  public List<Route> routes() {
    return List.of(
        Route.get(
                "/api/v1/explain-access",
                Guard.SIGNED_IN,
                "Which grant, row filter and mask decide over an object",
                this::explain)
            .with(Parameter.query("object", "string", "schema.table")));
  }

  private Answer explain(Exchange exchange) throws SQLException {
    QualifiedName object = object(exchange.query("object").orElse(""));
    Caller caller = Callers.of(exchange.signedIn(), exchange.requestId());
    Explanation explanation = access.explain(new Asked(caller, object, Asked.isEntitled(caller)));
    audit.await(
        AuditEntry.of("access.explain")
            .requestId(exchange.requestId())
            .principal(Callers.principal(caller))
            .actingRole(caller.databaseRole())
            .object(object.toString())
            .allow("own_access")
            .build());
    return Answer.json(explanation);
  }

  private static QualifiedName object(String text) {
    try {
      return QualifiedName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "object is written schema.table", e)
          .fact("parameter", "object");
    }
  }
}
