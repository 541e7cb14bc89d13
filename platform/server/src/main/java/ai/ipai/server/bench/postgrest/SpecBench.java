package ai.ipai.server.bench.postgrest;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.server.bench.BenchmarkRun;
import ai.ipai.server.bench.postgrest.Outcome.Kind;
import ai.ipai.server.progress.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures a server against PostgREST's specs. */
public final class SpecBench {
  private static final int NEWEST_POSTGRES = 180000;
  private static final String MISSING_FILE = "58P01";
  private static final String PRE_REQUEST = "PGRST_DB_PRE_REQUEST";

  /** PostgreSQL's own defaults, which the specs' costs and plans assume. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "effective_cache_size", "4GB",
          "jit", "on",
          "max_parallel_workers", "8",
          "max_parallel_workers_per_gather", "2",
          "random_page_cost", "4",
          "effective_io_concurrency", "16",
          "work_mem", "4MB");

  private final BenchmarkRun run;
  private final SpecFolder folder;
  private final Wanted wanted;
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * What to run.
   *
   * @param area part of a file's name, such as {@code Query/RpcSpec}
   * @param only part of a case's title
   * @param url of a server that runs already, over the specs' fixtures
   */
  public record Wanted(Optional<String> area, Optional<String> only, Optional<URI> url) {
    boolean includes(String caseArea, String title) {
      return area.map(part -> holds(caseArea, part)).orElse(true)
          && only.map(part -> holds(title, part)).orElse(true);
    }

    private static boolean holds(String text, String part) {
      return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }
  }

  public SpecBench(BenchmarkRun run, Path specs, Wanted wanted) {
    this.run = run;
    this.folder = new SpecFolder(specs);
    this.wanted = wanted;
  }

  /** Every outcome, of what is wanted. */
  public SpecReport measure() throws IOException, InterruptedException, SQLException {
    SpecSuite suite = SpecSuite.read(folder, NEWEST_POSTGRES);
    List<SpecCase> cases =
        suite.cases().stream().filter(one -> wanted.includes(one.area(), one.title())).toList();
    suite.unread().stream()
        .filter(one -> wanted.includes(one.area(), one.name()))
        .forEach(
            one ->
                outcomes.add(
                    new Outcome(
                        one.area(),
                        one.name(),
                        Outcome.Configured.DEFAULT,
                        Kind.NOT_RUN,
                        one.reason())));
    List<String> faults = List.of();
    Progress.Step step = run.progress().begin("specs", "cases", cases.size());
    if (wanted.url().isPresent()) {
      SpecRun runner = new SpecRun(suite.defaults(), text -> false);
      for (SpecCase one : cases) {
        record(runner, one, suite, wanted.url().get());
        step.at(outcomes.size());
      }
    } else {
      faults = onOwnServer(suite, cases, step);
    }
    step.done(outcomes.size() + " cases");
    return new SpecReport(outcomes, faults);
  }

  private void record(SpecRun runner, SpecCase one, SpecSuite suite, URI server) {
    if (one.configuration().equals(suite.defaults())) {
      runner.run(List.of(one), server, outcomes::add);
    } else {
      outcomes.add(runner.without(one, Kind.LEFT_OUT, "needs another configuration"));
    }
  }

  private List<String> onOwnServer(SpecSuite suite, List<SpecCase> cases, Progress.Step step)
      throws IOException, InterruptedException, SQLException {
    // The server's own login must reach its data folder.
    Files.setPosixFilePermissions(run.scratch(), PosixFilePermissions.fromString("rwx--x--x"));
    EmbeddedConfig config =
        EmbeddedConfig.of(run.scratch().resolve("postgres"), 0)
            .withoutDurability()
            .withSetting("autovacuum", "off")
            .withSetting("compute_query_id", "on");
    for (var setting : DEFAULTS.entrySet()) {
      config = config.withSetting(setting.getKey(), setting.getValue());
    }
    Files.createDirectories(config.dataDir());
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      String password = password();
      Fixtures fixtures = Fixtures.load(server.superuserUrl(), password, folder.fixtures());
      DatabaseUrl url =
          server.superuserUrl().withDatabase(Fixtures.DATABASE).withLogin(Fixtures.LOGIN, password);
      SpecRun runner = new SpecRun(suite.defaults(), fixtures::isMissing);
      for (var group : SpecRun.byConfiguration(cases).entrySet()) {
        Optional<String> lack = lack(server.superuserUrl(), group.getKey());
        if (lack.isPresent()) {
          group
              .getValue()
              .forEach(one -> outcomes.add(runner.without(one, Kind.LEFT_OUT, lack.get())));
        } else {
          group(runner, url, group.getKey(), group.getValue(), step);
        }
      }
      return fixtures.faults();
    }
  }

  private void group(
      SpecRun runner,
      DatabaseUrl url,
      Map<String, String> configuration,
      List<SpecCase> cases,
      Progress.Step step)
      throws IOException, InterruptedException {
    Map<String, String> variables = new HashMap<>(configuration);
    variables.put("PGRST_DB_URI", url.revealed());
    variables.put("PGRST_SERVER_HOST", "127.0.0.1");
    Path log = run.scratch().resolve("gateway.log");
    try (GatewayProcess gateway = GatewayProcess.start(run.root(), variables, log)) {
      runner.run(
          cases,
          gateway.address(),
          outcome -> {
            outcomes.add(outcome);
            step.at(outcomes.size());
          });
    } catch (IllegalStateException down) {
      cases.forEach(
          one -> outcomes.add(runner.without(one, Kind.FAILED, String.valueOf(down.getMessage()))));
    }
  }

  /** A pre-request function that loads a library that is not here. */
  private static Optional<String> lack(DatabaseUrl superuser, Map<String, String> configuration)
      throws SQLException {
    String function = configuration.getOrDefault(PRE_REQUEST, "");
    if (!function.matches("[\\w.]+")) {
      return Optional.empty();
    }
    try (Connection connection =
            PostgresClient.open(superuser.withDatabase(Fixtures.DATABASE), "ipai bench");
        Statement statement = connection.createStatement()) {
      statement.execute("select " + function + "()");
      return Optional.empty();
    } catch (SQLException failed) {
      return MISSING_FILE.equals(failed.getSQLState())
          ? Optional.of(String.valueOf(failed.getMessage()))
          : Optional.empty();
    }
  }

  private static String password() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
