package ai.ipai.server.lakehouse;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import ai.ipai.console.view.DashboardDetail;
import ai.ipai.console.view.DashboardSummary;
import ai.ipai.console.view.Lakehouse;
import ai.ipai.console.view.LayerSummary;
import ai.ipai.console.view.Overview;
import ai.ipai.console.view.QuarantineView;
import ai.ipai.console.view.RowsPage;
import ai.ipai.console.view.RunView;
import ai.ipai.console.view.SearchHit;
import ai.ipai.console.view.TableDetail;
import ai.ipai.console.view.TableSummary;
import ai.ipai.console.view.TestView;
import ai.ipai.console.view.TileData;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import ai.ipai.gateway.read.TableQuery;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads everything as one caller, through {@link GovernedReads} and nothing else. */
public final class CallerLakehouse implements Lakehouse {
  private final Caller caller;
  private final GovernedReads reads;
  private final MeaningSearch search;
  private final TableAccess access;
  private final PrincipalNames names;

  /** Principals keep their ids. */
  public CallerLakehouse(
      Caller caller, GovernedReads reads, MeaningSearch search, TableAccess access) {
    this(caller, reads, search, access, PrincipalNames.NONE);
  }

  /** Nothing is read before a method asks. */
  public CallerLakehouse(
      Caller caller,
      GovernedReads reads,
      MeaningSearch search,
      TableAccess access,
      PrincipalNames names) {
    this.caller = caller;
    this.reads = reads;
    this.search = search;
    this.access = access;
    this.names = names;
  }

  @Override
  public Overview overview() {
    return reads.read(
        caller,
        "overview.read",
        "ipai",
        overview -> overview.layers().stream().mapToLong(LayerSummary::tables).sum(),
        connection -> {
          List<TestView> tests = Operations.tests(connection);
          return new Overview(
              Catalog.layers(Catalog.tables(connection, Optional.empty())),
              Operations.runs(connection, 8),
              count(tests, "pass"),
              count(tests, "warn"),
              count(tests, "fail") + count(tests, "error"),
              Operations.quarantine(connection).stream().mapToLong(QuarantineView::rows).sum());
        });
  }

  private static int count(List<TestView> tests, String status) {
    return (int) tests.stream().filter(test -> test.status().equals(status)).count();
  }

  @Override
  public List<LayerSummary> layers() {
    return list(
        "catalog.read", "catalog", c -> Catalog.layers(Catalog.tables(c, Optional.empty())));
  }

  @Override
  public List<TableSummary> tables(Optional<String> layer) {
    return list("catalog.read", layer.orElse("catalog"), c -> Catalog.tables(c, layer));
  }

  @Override
  public TableDetail table(String schema, String name) {
    TableDetail plain =
        reads.read(
            caller,
            "catalog.read",
            schema + "." + name,
            detail -> detail.columns().size(),
            connection -> Catalog.table(connection, schema, name));
    try {
      TableAccess.Seen seen =
          access.of(caller, QualifiedName.of(schema, name), plain.summary().rows() > 0);
      return plain.seen(seen.masks(), seen.cure());
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  @Override
  public RowsPage rows(String schema, String name, int limit, int offset) {
    Page page =
        rows(
            TableQuery.of(
                QualifiedName.of(schema, name), Optional.empty(), Optional.empty(), limit, offset));
    return new RowsPage(
        page.columns().stream().map(Page.Column::name).toList(),
        page.columns().stream().map(Page.Column::type).toList(),
        page.rows(),
        page.hasMore());
  }

  /** Rows as a client asks for them. */
  public Page rows(TableQuery query) {
    return reads.read(
        caller,
        "table.read",
        query.table().toString(),
        page -> page.rows().size(),
        connection -> {
          String sql = query.sql();
          Catalog.requireVisible(connection, query.table());
          try (var statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(Rows.FETCH);
            try (var results = statement.executeQuery()) {
              return Rows.read(results, query.limit());
            }
          }
        });
  }

  @Override
  public List<RunView> runs() {
    return list("run.read", "ipai.model_run", connection -> Operations.runs(connection, 200));
  }

  @Override
  public List<TestView> tests() {
    return list("test.read", "ipai.expectation_result", Operations::tests);
  }

  @Override
  public List<QuarantineView> quarantine() {
    return list("quarantine.count", "ipai.quarantine", Operations::quarantine);
  }

  @Override
  public List<DashboardSummary> dashboards() {
    return list("dashboard.list", "ipai.dashboard", Dashboards::list);
  }

  @Override
  public DashboardDetail dashboard(String name) {
    return reads.read(caller, "dashboard.read", name, detail -> 1, c -> Dashboards.detail(c, name));
  }

  @Override
  public TileData tile(String dashboard, int index) {
    return reads.read(
        caller,
        "dashboard.read",
        dashboard + "/" + index,
        data -> data.rows().size(),
        connection -> Dashboards.tile(connection, dashboard, index));
  }

  @Override
  public List<SearchHit> search(String text, int limit) {
    MeaningSearch.Question question = search.question(text);
    return list("search.read", "platinum", connection -> question.nearest(connection, limit));
  }

  @Override
  public List<AuditLine> audit(AuditQuestion question) {
    try {
      String asked = question.principal().orElse("");
      AuditQuestion meant = names.principalOf(asked).map(question::about).orElse(question);
      List<AuditLine> lines = list("audit.read", "ipai.audit_log", c -> AuditPage.read(c, meant));
      Map<String, String> known =
          names.of(lines.stream().map(AuditLine::principal).distinct().toList());
      return lines.stream()
          .map(line -> line.called(known.getOrDefault(line.principal(), line.principal())))
          .toList();
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  private interface ListWork<T> {
    List<T> run(Connection connection) throws SQLException;
  }

  private <T> List<T> list(String action, String object, ListWork<T> work) {
    return reads.read(caller, action, object, List::size, work::run);
  }
}
