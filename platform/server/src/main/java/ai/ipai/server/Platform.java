package ai.ipai.server;

import ai.ipai.console.DemoLogin;
import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.AuthFront;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.HttpFront;
import ai.ipai.gateway.http.HttpObserver;
import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.gateway.rest.GovernedRest;
import ai.ipai.gateway.sql.SqlRoutes;
import ai.ipai.gateway.sql.SqlStatements;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.audit.seal.AuditAnchor;
import ai.ipai.governance.audit.seal.AuditSealing;
import ai.ipai.governance.audit.seal.FolderCheckpointStore;
import ai.ipai.governance.audit.seal.ObjectCheckpointStore;
import ai.ipai.governance.audit.seal.SealKey;
import ai.ipai.governance.object.ObjectStore;
import ai.ipai.pipelines.embedding.LocalEmbedder;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.disk.Ballast;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.disk.DiskReading;
import ai.ipai.postgres.disk.DiskStatus;
import ai.ipai.postgres.disk.DiskWatch;
import ai.ipai.server.api.AccessRoutes;
import ai.ipai.server.api.ApiRoutes;
import ai.ipai.server.api.FunctionRoutes;
import ai.ipai.server.api.OpenApi;
import ai.ipai.server.health.Check;
import ai.ipai.server.health.Health;
import ai.ipai.server.health.HealthRoutes;
import ai.ipai.server.lakehouse.CallerLakehouse;
import ai.ipai.server.lakehouse.EmbeddingSearch;
import ai.ipai.server.lakehouse.MeaningSearch;
import ai.ipai.server.lakehouse.PrincipalNames;
import ai.ipai.server.lakehouse.TableAccess;
import ai.ipai.server.metric.AccessLog;
import ai.ipai.server.metric.MetricsRoute;
import ai.ipai.server.metric.Observers;
import ai.ipai.server.metric.RequestMetrics;
import ai.ipai.server.page.ConsoleRoutes;
import ai.ipai.server.page.DiskNotice;
import ai.ipai.server.trace.RequestTraces;
import ai.ipai.spi.error.IpaiException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names every part of the running platform once and wires them; closes them in reverse order. */
public final class Platform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
  private static final CallerOptions PROBE =
      CallerOptions.reading().withTimeout(Duration.ofSeconds(2));

  private static final int FORM_KEY_BYTES = 32;

  private final PlatformConfig config;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Installation installation;
  private final Tokens tokens;
  private int port;

  private Platform(PlatformConfig config, Installation installation, Tokens tokens) {
    this.config = config;
    this.installation = installation;
    this.tokens = tokens;
    parts.push(installation);
  }

  /**
   * Starts everything; the HTTP machinery and the database at the same time. On a failure what had
   * started is stopped again.
   */
  public static Platform start(PlatformConfig config) throws InterruptedException {
    refuseSecond(config);
    Tokens tokens =
        Tokens.of(config.settings().auth(), Installation.masterKey(config), Clock.systemUTC());
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<AutoCloseable> started = new ArrayList<>();
    CompletableFuture<HttpFront> front =
        CompletableFuture.supplyAsync(
            () -> front(config, tokens, meters, started), Thread::startVirtualThread);
    Installation installation;
    try {
      installation = Installation.open(config);
    } catch (RuntimeException e) {
      var closing = front.thenAccept(HttpFront::close);
      closing.exceptionally(late -> null).join();
      throw e;
    }
    Platform platform = new Platform(config, installation, tokens);
    try {
      HttpFront ready = front.join();
      started.forEach(platform.parts::push);
      platform.parts.push(ready);
      platform.serve(ready, meters);
      return platform;
    } catch (IOException e) {
      platform.close();
      throw new IpaiException(
              ServerErrors.DATA_DIR_UNUSABLE, "the data folder cannot be written", e)
          .fact("folder", config.dataDir());
    } catch (CompletionException e) {
      platform.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException | InterruptedException e) {
      platform.close();
      throw e;
    }
  }

  private static void refuseSecond(PlatformConfig config) {
    ServerFile.find(config.dataDir())
        .filter(server -> server.pid() != ProcessHandle.current().pid())
        .ifPresent(
            server -> {
              throw new IpaiException(
                      ServerErrors.ALREADY_RUNNING, "a server already runs on this data folder")
                  .fact("address", server.apiUrl())
                  .fact("pid", server.pid())
                  .hint(
                      "Use it, stop it (kill " + server.pid() + "), or start with --data-dir DIR.");
            });
  }

  private static HttpFront front(
      PlatformConfig config,
      Tokens tokens,
      PrometheusMeterRegistry meters,
      List<AutoCloseable> started) {
    HttpFront front =
        new HttpFront(
            config.limits(),
            tokens.verifier(),
            observer(config, meters, started),
            Platform::translate,
            config.settings().server().corsOrigin());
    front.trust(config.settings().server().trustedProxies());
    Gauge.builder("ipai.http.in.flight", front, HttpFront::inFlight).register(meters);
    Gauge.builder("ipai.http.connections", front, HttpFront::connections).register(meters);
    return front;
  }

  private static HttpObserver observer(
      PlatformConfig config, PrometheusMeterRegistry meters, List<AutoCloseable> started) {
    List<HttpObserver> observers = new ArrayList<>();
    observers.add(new RequestMetrics(meters));
    observers.add(new AccessLog());
    if (RequestTraces.isWanted(config.environment())) {
      RequestTraces traces = RequestTraces.fromEnvironment();
      started.add(traces);
      observers.add(traces);
    }
    return new Observers(observers);
  }

  private static @Nullable IpaiException translate(Throwable failure) {
    return failure instanceof SQLException sql ? PostgresFault.translate(sql) : null;
  }

  private static PrincipalNames principalNames(AccountStore accounts) {
    try {
      return PrincipalNames.of(accounts);
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  private void serve(HttpFront front, PrometheusMeterRegistry meters)
      throws InterruptedException, IOException {
    AccountStore accounts = new AccountStore(installation.control());
    PasswordHasher hasher = new PasswordHasher();
    SignIn signIn =
        new SignIn(
            installation.control(),
            accounts,
            hasher,
            tokens.minter(),
            installation.auditLog(),
            Clock.systemUTC());
    GovernedReads reads = new GovernedReads(installation.callers(), installation.auditReads());
    // Stops after sealing, so that the last seal is anchored too.
    Optional<AuditAnchor> anchor = anchor(meters);
    AuditSealing sealing =
        AuditSealing.start(
            installation.database(),
            SealKey.of(installation.key()),
            new FolderCheckpointStore(config.dataDir().resolve("audit-checkpoints")),
            Clock.systemUTC(),
            AuditSealing.Config.DEFAULT);
    parts.push(sealing);
    installation
        .shipping()
        .ifPresent(
            shipping ->
                Gauge.builder("ipai.wal.archive.lag", shipping, s -> s.lag().toMillis() / 1000.0)
                    .baseUnit("seconds")
                    .description("How long some of the database's log has waited to leave")
                    .register(meters));
    front.recordDenials(new RouteDenials(installation.auditReads()));
    watchDisks(meters);
    watchBackups(meters);
    HealthRoutes health = new HealthRoutes(checks(sealing, anchor));
    parts.push(health);
    front.serve(health.routes());
    front.serve(new MetricsRoute(meters, config.settings().server().metricsToken()).routes());
    PrincipalNames names = principalNames(accounts);
    MeaningSearch search = new EmbeddingSearch(LocalEmbedder::new);
    TableAccess access = TableAccess.of(new ExplainAccess(installation.database()));
    front.serve(
        new ApiRoutes(
                exchange ->
                    new CallerLakehouse(
                        Callers.of(exchange.signedIn(), exchange.requestId()),
                        reads,
                        search,
                        access,
                        names))
            .routes());
    front.serve(
        new AccessRoutes(new ExplainAccess(installation.database()), installation.auditReads())
            .routes());
    SqlStatements statements =
        new SqlStatements(installation.database(), installation.auditReads(), Clock.systemUTC());
    parts.push(statements);
    front.serve(new SqlRoutes(statements).routes());
    front.serve(new FunctionRoutes(() -> Workshop.of(installation)).routes());
    GovernedRest rest =
        GovernedRest.start(
            installation.database(),
            installation.auditReads(),
            installation.auditLog(),
            config.settings().server().restSchemas());
    parts.push(rest);
    front.serve(rest.routes());
    SignInParts signInParts = new SignInParts(installation);
    if (signInParts.isOurs(tokens, accounts)) {
      AuthFront auth = signInParts.open(tokens, signIn, hasher, this::apiUrl);
      parts.push(auth);
      front.serve(auth.routes());
      front.serve(List.of(OpenApi.route(front.routes(), "/")));
      front.serve(
          ConsoleRoutes.of(
                  signIn,
                  tokens.verifier(),
                  installation.key().derive("console forms", FORM_KEY_BYTES),
                  apiUrl().startsWith("https:"),
                  caller -> new CallerLakehouse(caller, reads, search, access, names),
                  () -> demoLogins(config),
                  new DiskNotice(installation.database().disk()::status))
              .routes());
    } else {
      front.serve(List.of(OpenApi.route(front.routes(), "/")));
    }
    port = listen(front);
    new ServerFile(
            ProcessHandle.current().pid(),
            apiUrl(),
            installation.embeddedPort().orElse(0),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .write(config.dataDir());
    parts.push(() -> ServerFile.removeOwn(config.dataDir()));
    LOG.info("serving at {}", apiUrl());
  }

  private static List<DemoLogin> demoLogins(PlatformConfig config) {
    return DemoUsers.logins(config.dataDir()).stream()
        .map(l -> new DemoLogin(l.email(), l.name(), l.description(), l.roles(), l.password()))
        .toList();
  }

  private List<Check> checks(AuditSealing sealing, Optional<AuditAnchor> anchor) {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.ofFault("database", this::databaseFault));
    checks.add(new Check("disk", () -> disk().paused() ? Health.WARN : Health.UP));
    checks.add(new Check("intake", () -> disk().paused() ? Health.warn("paused") : Health.UP));
    checks.add(
        new Check(
            "audit-seal",
            () ->
                sealing.status().state() == AuditSealing.State.STOPPED
                    ? Health.warn("stopped")
                    : Health.UP));
    installation
        .shipping()
        .ifPresent(
            shipping ->
                checks.add(
                    new Check(
                        "wal-archive", () -> shipping.isLate() ? Health.warn("late") : Health.UP)));
    anchor.ifPresent(
        outside ->
            checks.add(
                new Check(
                    "audit-anchor", () -> outside.isLate() ? Health.warn("late") : Health.UP)));
    return checks;
  }

  /** The second place of the audit's checkpoints, where the settings name one. */
  private Optional<AuditAnchor> anchor(PrometheusMeterRegistry meters) {
    return config
        .settings()
        .safekeeping()
        .auditAnchor()
        .map(
            place -> {
              ObjectStore objects = installation.outside(place);
              parts.push(objects);
              AuditAnchor anchor =
                  AuditAnchor.start(
                      installation.database(),
                      SealKey.of(installation.key()),
                      new ObjectCheckpointStore(objects),
                      Clock.systemUTC(),
                      AuditAnchor.Config.DEFAULT);
              parts.push(anchor);
              Gauge.builder("ipai.audit.anchor.age", anchor, Platform::secondsSinceSuccess)
                  .baseUnit("seconds")
                  .description("Since the audit's head was last known to be safe elsewhere")
                  .register(meters);
              return anchor;
            });
  }

  private static double secondsSinceSuccess(AuditAnchor anchor) {
    return (System.nanoTime() - anchor.status().succeededNanos()) / 1e9;
  }

  private DiskStatus disk() {
    return installation.database().disk().status();
  }

  private void watchDisks(PrometheusMeterRegistry meters) {
    DiskGuard guard = installation.database().disk();
    parts.push(DiskWatch.start(guard, new Ballast(config.dataDir())));
    Gauge.builder("ipai.intake.paused", guard, g -> g.status().paused() ? 1 : 0)
        .description("1 while a disk is too full and loading, building and writing wait")
        .register(meters);
    for (DiskReading disk : guard.status().readings()) {
      Gauge.builder("ipai.disk.used.ratio", guard, g -> reading(g, disk, DiskReading::usedRatio))
          .description("How full a disk is, from 0 to 1")
          .tag("holds", disk.name())
          .register(meters);
      Gauge.builder("ipai.disk.usable.bytes", guard, g -> reading(g, disk, r -> r.usableBytes()))
          .description("What may still be written")
          .tag("holds", disk.name())
          .register(meters);
    }
  }

  /** For an alarm: backups that nobody makes any more. Not a number before the first. */
  private void watchBackups(PrometheusMeterRegistry meters) {
    if (config.settings().database().isEmbedded()) {
      Gauge.builder("ipai.backup.age", config.dataDir(), Platform::secondsSinceBackup)
          .baseUnit("seconds")
          .description("Since the last backup of the embedded installation")
          .register(meters);
    }
  }

  private static double secondsSinceBackup(Path dataDir) {
    return BackupNote.find(dataDir)
        .map(note -> Duration.between(note.endedAt(), Instant.now()).toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private static double reading(
      DiskGuard guard, DiskReading disk, ToDoubleFunction<DiskReading> figure) {
    return guard.status().readings().stream()
        .filter(reading -> reading.name().equals(disk.name()))
        .mapToDouble(figure)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Also finds a database whose migrations are missing: the control plane's role is theirs. */
  private String databaseFault() {
    try {
      return installation
          .control()
          .run(
              PROBE,
              connection -> {
                try (var statement =
                        connection.prepareStatement(
                            "select to_regclass('ipai.audit_log') is null");
                    var row = statement.executeQuery()) {
                  row.next();
                  return row.getBoolean(1) ? "the migrations are missing" : "";
                }
              });
    } catch (SQLException | IpaiException e) {
      return "the database does not answer";
    }
  }

  private int listen(HttpFront front) throws InterruptedException {
    int wanted = config.settings().server().port();
    try {
      return front.start(config.settings().server().bindAddress(), wanted);
    } catch (BindException e) {
      throw new IpaiException(ServerErrors.PORT_TAKEN, "another process listens on the port", e)
          .fact("port", wanted)
          .hint("Stop it, or choose another: --port " + (wanted + 10));
    }
  }

  /** Where this platform answers, as callers reach it. */
  public String apiUrl() {
    return config
        .settings()
        .server()
        .publicUrl()
        .map(url -> url.toString().replaceFirst("/+$", ""))
        .orElseGet(
            () -> "http://" + reachable(config.settings().server().bindAddress()) + ":" + port);
  }

  private static String reachable(String bindAddress) {
    boolean isAny = bindAddress.equals("0.0.0.0") || bindAddress.equals("::");
    String host = isAny ? "127.0.0.1" : bindAddress;
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  public Installation installation() {
    return installation;
  }

  public Tokens tokens() {
    return tokens;
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part did not stop cleanly", e);
      }
    }
  }
}
