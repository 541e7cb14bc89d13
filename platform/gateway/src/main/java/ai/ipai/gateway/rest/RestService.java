package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.RestTransactions.Options;
import ai.ipai.gateway.rest.RestTransactions.Outcome;
import ai.ipai.gateway.rest.answer.AnswerWriter;
import ai.ipai.gateway.rest.answer.OptionsAnswer;
import ai.ipai.gateway.rest.answer.ResultRow;
import ai.ipai.gateway.rest.answer.ServerTiming;
import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.fault.DatabaseFaults;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.openapi.DescribedSchema;
import ai.ipai.gateway.rest.openapi.OpenApiDocument;
import ai.ipai.gateway.rest.openapi.OpenApiSettings;
import ai.ipai.gateway.rest.plan.Planner;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.request.Action;
import ai.ipai.gateway.rest.request.Action.Change;
import ai.ipai.gateway.rest.request.Incoming;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences;
import ai.ipai.gateway.rest.request.Preferences.Count;
import ai.ipai.gateway.rest.request.Preferences.End;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.request.RestRequestReader;
import ai.ipai.gateway.rest.setting.AnswerSettings;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.rest.sql.Query;
import ai.ipai.gateway.rest.sql.Statements;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Answers requests: read, plan, one statement in one transaction, render. */
public final class RestService {
  private static final Set<MediaType> DESCRIPTIONS =
      Set.of(MediaType.Plain.OPENAPI, MediaType.Plain.JSON, MediaType.Plain.ANY);

  private final CatalogCache catalogs;
  private final RestTransactions transactions;

  public RestService(CatalogCache catalogs, RestTransactions transactions) {
    this.catalogs = catalogs;
    this.transactions = transactions;
  }

  /** Never throws what is the request's fault; that is an answer too. */
  public Answer answer(Incoming incoming, RestCaller caller) throws Exception {
    return answer(incoming, caller, new ServerTiming());
  }

  /**
   * The same.
   *
   * @param timing running since the request came
   */
  public Answer answer(Incoming incoming, RestCaller caller, ServerTiming timing) throws Exception {
    CatalogCache.Snapshot snapshot = catalogs.get();
    AnswerSettings answers = snapshot.settings().answers();
    try {
      Answer answer = done(incoming, caller, snapshot, timing);
      timing.mark("response");
      return answers.areTimed() ? timing.on(answer) : answer;
    } catch (RestFault fault) {
      return AnswerWriter.failure(fault, answers.areFaultsBrief());
    } catch (SQLException failure) {
      return failure(failure, caller, answers);
    } catch (IpaiException failure) {
      if (failure.getCause() instanceof SQLException said) {
        return failure(said, caller, answers);
      }
      throw failure;
    }
  }

  private static Answer failure(SQLException said, RestCaller caller, AnswerSettings answers) {
    return AnswerWriter.failure(told(said, caller), answers.areFaultsBrief());
  }

  private static RestFault told(SQLException failure, RestCaller caller) {
    RestFault fault = DatabaseFaults.of(failure, caller.isAnonymous());
    return caller.identity().isPresent() ? fault.withoutNames() : fault;
  }

  /** A failure before anybody knew who asks. */
  public Answer failure(RestFault fault) throws Exception {
    return AnswerWriter.failure(fault, catalogs.get().settings().answers().areFaultsBrief());
  }

  private Answer done(
      Incoming incoming, RestCaller caller, CatalogCache.Snapshot snapshot, ServerTiming timing)
      throws Exception {
    CatalogCache.View view = snapshot.view(caller);
    RestSettings settings = view.settings();
    Catalog catalog = view.catalog();
    RestRequest request = RestRequestReader.read(incoming, settings);
    timing.mark("parse");
    Planner planner = new Planner(catalog, settings);
    if (request.action() instanceof Action.Describe describe) {
      return described(request, describe, caller, catalog, settings, timing);
    }
    Optional<RestPlan> plan =
        switch (request.action()) {
          case Action.Read read ->
              Optional.of(planned(() -> planner.plan(request, read), caller, request));
          case Action.Write write ->
              Optional.of(planned(() -> planner.plan(request, write), caller, request));
          case Action.Call call ->
              Optional.of(planned(() -> planner.plan(request, call), caller, request));
          default -> Optional.empty();
        };
    if (plan.isPresent()) {
      timing.mark("plan");
      Answer answer = run(request, plan.get(), caller, catalog, settings);
      timing.mark("transaction");
      return answer;
    }
    return options(request, planner);
  }

  private static Answer options(RestRequest request, Planner planner) {
    return switch (request.action()) {
      case Action.TableOptions options -> OptionsAnswer.of(planner.table(options.table()));
      case Action.FunctionOptions options ->
          OptionsAnswer.of(
              planner.routine(request, new Action.Call(options.function(), Action.Method.GET)));
      case Action.RootOptions options -> OptionsAnswer.root();
      default -> throw RequestFaults.rootDisabled();
    };
  }

  /** Asking for what is not there, or not for the caller, is recorded like a denial. */
  private RestPlan planned(Supplier<RestPlan> plan, RestCaller caller, RestRequest request) {
    try {
      return plan.get();
    } catch (RestFault fault) {
      if (fault.code().startsWith("PGRST2")) {
        transactions.refused(caller, action(request), request.incoming().rawPath(), fault.code());
      }
      throw fault;
    }
  }

  private static String action(RestRequest request) {
    return request.action().isWrite()
        ? "rest.write"
        : request.action().isCall() ? "rest.call" : "rest.read";
  }

  private Answer described(
      RestRequest request,
      Action.Describe describe,
      RestCaller caller,
      Catalog catalog,
      RestSettings settings,
      ServerTiming timing)
      throws SQLException {
    OpenApiSettings openApi = settings.answers().openApi();
    if (openApi.mode() == OpenApiSettings.Mode.DISABLED) {
      throw RequestFaults.rootDisabled();
    }
    if (request.accepts().stream().noneMatch(DESCRIPTIONS::contains)) {
      throw RequestFaults.mediaType(request.accepts().stream().map(MediaType::mime).toList());
    }
    timing.mark("plan");
    Options options =
        new Options(
            true,
            local(request, settings),
            Optional.empty(),
            false,
            "rest.describe",
            describe.schema());
    Answer answer =
        transactions.run(
            caller,
            options,
            connection -> {
              if (settings.preRequest().isPresent()) {
                preRequest(connection, settings.preRequest().get());
              }
              DescribedSchema schema =
                  DescribedSchema.read(connection, catalog, describe.schema(), openApi.mode());
              byte[] document = Json.bytes(OpenApiDocument.of(schema, catalog, openApi, version()));
              return new Outcome<>(
                  AnswerWriter.described(request, document, describe.headersOnly()), 0);
            });
    timing.mark("transaction");
    return answer;
  }

  private static String version() {
    String version = RestService.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }

  private Answer run(
      RestRequest request, RestPlan plan, RestCaller caller, Catalog catalog, RestSettings settings)
      throws SQLException {
    Statements statements = new Statements(catalog, settings, request);
    Query main = statements.main(plan);
    return transactions.run(
        caller,
        options(request, plan, settings),
        connection -> {
          if (settings.preRequest().isPresent()) {
            preRequest(connection, settings.preRequest().get());
          }
          return plan.isExplained()
              ? explain(connection, request, plan, main)
              : row(connection, request, plan, statements, main, settings);
        });
  }

  private static Options options(RestRequest request, RestPlan plan, RestSettings settings) {
    Optional<String> isolation =
        plan instanceof RestPlan.CallRoutine call
            ? call.call().routine().isolation()
            : Optional.empty();
    boolean rollsBack =
        request
            .preferences()
            .end()
            .map(end -> end == End.ROLLBACK)
            .orElse(settings.end().rollsBack());
    return new Options(
        plan.isReadOnly(),
        local(request, plan, settings),
        isolation,
        rollsBack,
        action(request),
        plan.objects());
  }

  private static Map<String, String> local(
      RestRequest request, RestPlan plan, RestSettings settings) {
    Map<String, String> local = local(request, settings);
    if (plan instanceof RestPlan.CallRoutine call) {
      local.putAll(call.call().routine().settings());
    }
    return local;
  }

  private static Map<String, String> local(RestRequest request, RestSettings settings) {
    Incoming incoming = request.incoming();
    Map<String, String> local = new LinkedHashMap<>();
    List<String> path = new java.util.ArrayList<>();
    path.add(request.schema());
    path.addAll(settings.extraSearchPath());
    local.put(
        "search_path",
        path.stream()
            .map(schema -> '"' + schema.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(", ")));
    local.put("request.method", incoming.method());
    local.put("request.path", incoming.rawPath());
    Map<String, String> headers = headers(incoming);
    if (settings.hidesForbidden()) {
      headers.keySet().removeAll(Set.of("authorization", "apikey"));
    }
    local.put("request.headers", Json.text(headers));
    local.put("request.cookies", Json.text(cookies(incoming)));
    request.preferences().timezone().ifPresent(zone -> local.put("TimeZone", zone));
    local.putAll(settings.appSettings());
    return local;
  }

  private static Map<String, String> headers(Incoming incoming) {
    Map<String, String> headers = new LinkedHashMap<>();
    incoming.headers().stream()
        .filter(header -> !header.getKey().equals("cookie"))
        .forEach(header -> headers.put(header.getKey(), header.getValue()));
    return headers;
  }

  private static Map<String, String> cookies(Incoming incoming) {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String pair : incoming.header("cookie").orElse("").split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        cookies.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return cookies;
  }

  private static void preRequest(Connection connection, QualifiedName function)
      throws SQLException {
    String name =
        function.schema().isEmpty()
            ? ai.ipai.spi.name.SqlText.identifier(function.name())
            : function.quoted();
    try (PreparedStatement statement = connection.prepareStatement("select " + name + "()")) {
      statement.execute();
    }
  }

  private static Outcome<Answer> explain(
      Connection connection, RestRequest request, RestPlan plan, Query main) throws SQLException {
    StringBuilder text = new StringBuilder();
    try (PreparedStatement statement = main.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        text.append(rows.getString(1)).append('\n');
      }
    }
    return new Outcome<>(AnswerWriter.explained(request, plan, text.toString()), 0);
  }

  private static Outcome<Answer> row(
      Connection connection,
      RestRequest request,
      RestPlan plan,
      Statements statements,
      Query main,
      RestSettings settings)
      throws SQLException {
    ResultRow result;
    try (PreparedStatement statement = main.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      result = ResultRow.read(rows, plan instanceof RestPlan.WriteRows);
    }
    check(request, plan, result);
    if (plan instanceof RestPlan.ReadRows && request.preferences().asksPlanner()) {
      result = result.withTotal(total(connection, request, plan, statements, result, settings));
    }
    return new Outcome<>(AnswerWriter.answer(request, plan, result), result.page());
  }

  private static void check(RestRequest request, RestPlan plan, ResultRow result) {
    boolean isPut = plan instanceof RestPlan.WriteRows write && write.change() == Change.PUT;
    if (isPut) {
      if (result.page() != 1) {
        throw RequestFaults.putKey();
      }
      return;
    }
    if (plan.negotiation().type() instanceof MediaType.Single && result.page() != 1) {
      throw RequestFaults.notSingle(result.page());
    }
    Preferences preferences = request.preferences();
    boolean isLimited =
        plan instanceof RestPlan.CallRoutine
            || (plan instanceof RestPlan.WriteRows write && write.change() != Change.INSERT);
    if (isLimited
        && preferences.isStrict()
        && preferences.maxAffected().isPresent()
        && result.page() > preferences.maxAffected().getAsLong()) {
      throw RequestFaults.maxAffected(result.page());
    }
  }

  private static OptionalLong total(
      Connection connection,
      RestRequest request,
      RestPlan plan,
      Statements statements,
      ResultRow result,
      RestSettings settings)
      throws SQLException {
    OptionalLong planned = OptionalLong.empty();
    try (PreparedStatement statement = statements.planned(plan).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      if (rows.next()) {
        JsonNode expected = Json.read(rows.getString(1)).path(0).path("Plan").path("Plan Rows");
        planned =
            expected.isNumber() ? OptionalLong.of(expected.longValue()) : OptionalLong.empty();
      }
    }
    if (request.preferences().count().filter(Count.PLANNED::equals).isPresent()) {
      return planned;
    }
    boolean isLarge =
        result.total().isPresent()
            && settings.maxRows().isPresent()
            && result.total().getAsLong() > settings.maxRows().getAsLong();
    if (!isLarge) {
      boolean beyondNothing = settings.maxRows().isEmpty() && result.total().isPresent();
      return beyondNothing && planned.isPresent()
          ? OptionalLong.of(Math.max(result.total().getAsLong(), planned.getAsLong()))
          : result.total();
    }
    return planned.isPresent()
        ? OptionalLong.of(Math.max(result.total().getAsLong(), planned.getAsLong()))
        : OptionalLong.empty();
  }
}
