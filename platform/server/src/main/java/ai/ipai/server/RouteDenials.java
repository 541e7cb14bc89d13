package ai.ipai.server;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.HttpFront;
import ai.ipai.gateway.read.Callers;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.caller.Caller;

/** Puts into the audit log that somebody called a route that their platform roles do not reach. */
record RouteDenials(AuditReads audit) implements HttpFront.Denials {
  @Override
  public void record(Exchange exchange) {
    Caller caller = Callers.of(exchange.signedIn(), exchange.requestId());
    audit.await(
        AuditEntry.of("route.call")
            .requestId(caller.requestId())
            .principal(Callers.principal(caller))
            .actingRole(caller.databaseRole())
            .object(exchange.method() + " " + exchange.route().path())
            .deny("role_missing")
            .build());
  }
}
