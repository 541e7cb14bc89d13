package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.RestTransactions.Options;
import ai.ipai.gateway.rest.RestTransactions.Outcome;
import ai.ipai.gateway.rest.answer.AnswerWriter;
import ai.ipai.gateway.rest.answer.OptionsAnswer;
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
import ai.ipai.gateway.rest.request.Incoming;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences.End;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.request.RestRequestReader;
import ai.ipai.gateway.rest.setting.AnswerSettings;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.gateway.rest.sql.Query;
import ai.ipai.gateway.rest.sql.Statements;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

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
            RequestSettings.of(request, settings),
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
                PlanWork.preRequest(connection, settings.preRequest().get());
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
    Options options = options(request, plan, settings);
    boolean flies = transactions.fliesReads() && isPlain(request, plan, settings);
    if (flies && plan instanceof RestPlan.ReadRows read) {
      return transactions.read(caller, options, new PlainRead(request, read, main));
    }
    return transactions.run(
        caller,
        options,
        connection -> {
          if (settings.preRequest().isPresent()) {
            PlanWork.preRequest(connection, settings.preRequest().get());
          }
          return plan.isExplained()
              ? PlanWork.explain(connection, request, plan, main)
              : PlanWork.row(connection, request, plan, statements, main, settings);
        });
  }

  /** Whether one statement is all that there is to do. */
  private static boolean isPlain(RestRequest request, RestPlan plan, RestSettings settings) {
    return settings.preRequest().isEmpty()
        && !plan.isExplained()
        && !request.preferences().asksPlanner();
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
        RequestSettings.of(request, plan, settings),
        isolation,
        rollsBack,
        action(request),
        plan.objects());
  }
}
