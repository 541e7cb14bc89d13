package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.rest.catalog.CatalogReader;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.rest.setting.RestSettings.TransactionEnd;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * {@code /rest/v1} of a platform: governed, audited, as Supabase serves it. Closing it stops
 * listening for changes of the schema.
 */
public final class GovernedRest implements AutoCloseable {
  private static final String PREFIX = "/rest/v1";
  private static final String CHANNEL = "pgrst";
  private static final Set<String> ROLES = Set.of("anon", "authenticated", "service_role");
  private static final List<String> SEARCHED = List.of("public", "extensions");

  /** As many as Supabase gives. */
  private static final long MAX_ROWS = 1_000;

  private final CatalogCache catalogs;
  private final CatalogListener listener;
  private final RestService service;

  private GovernedRest(CatalogCache catalogs, CatalogListener listener, RestService service) {
    this.catalogs = catalogs;
    this.listener = listener;
    this.service = service;
  }

  /**
   * Listens for changes; the catalog is read with the first request.
   *
   * @param schemas that are exposed; {@code gold_*} stands for all that begin so
   */
  public static GovernedRest start(
      Database database, AuditReads reads, AuditLog log, List<String> schemas) {
    ControlTransactions control = new ControlTransactions(database);
    CallerTransactions callers = new CallerTransactions(database);
    GrantedTables visibility = new GrantedTables(callers);
    CatalogCache catalogs = new CatalogCache(() -> load(control, schemas, visibility));
    CatalogListener listener =
        CatalogListener.start(() -> database.open(Login.SERVER), CHANNEL, catalogs::refresh);
    GovernedTransactions transactions = new GovernedTransactions(callers, reads, log);
    return new GovernedRest(catalogs, listener, new RestService(catalogs, transactions));
  }

  private static CatalogCache.Snapshot load(
      ControlTransactions control, List<String> schemas, Visibility visibility)
      throws SQLException {
    return control.run(
        CallerOptions.reading().with("search_path", ""),
        connection -> {
          List<String> exposed = CatalogReader.existing(connection, schemas);
          RestSettings settings =
              settings(
                  exposed.isEmpty() ? List.of("public") : exposed,
                  CatalogReader.existing(connection, SEARCHED));
          return new CatalogCache.Snapshot(
              CatalogReader.read(connection, settings, ROLES), settings, visibility);
        });
  }

  private static RestSettings settings(List<String> schemas, List<String> searched) {
    return new RestSettings(
        schemas,
        searched,
        OptionalLong.of(MAX_ROWS),
        false,
        false,
        TransactionEnd.COMMIT,
        Optional.empty(),
        Map.of(),
        List.of(),
        true,
        true);
  }

  RestService service() {
    return service;
  }

  public List<Route> routes() {
    return new RestRoutes(PREFIX, Guard.OPEN, service, GovernedRest::caller).routes();
  }

  private static RestCaller caller(Exchange exchange) {
    return RestCaller.of(
        exchange
            .caller()
            .map(token -> Callers.of(token, exchange.requestId()))
            .orElseGet(() -> Caller.anonymous(exchange.requestId())));
  }

  /** Reads the catalog anew, as a notice does. */
  public void reload() {
    catalogs.refresh();
  }

  @Override
  public void close() {
    listener.close();
  }
}
