package ai.ipai.console;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import ai.ipai.console.view.ColumnView;
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
import ai.ipai.console.view.TableName;
import ai.ipai.console.view.TableSummary;
import ai.ipai.console.view.TestView;
import ai.ipai.console.view.TileData;
import ai.ipai.console.view.TileView;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One of everything, with a text of the test's choice in every place that takes one. */
final class FakeLakehouse implements Lakehouse {
  private static final Instant AT = Instant.parse("2026-11-23T11:00:00Z");

  private String text = "text";
  private boolean isEmpty;
  private boolean isHidden;
  private boolean hasNoRows;
  private @Nullable TileData tile;

  void text(String newText) {
    text = newText;
  }

  void empty() {
    isEmpty = true;
  }

  void noRows() {
    hasNoRows = true;
  }

  void hide() {
    isHidden = true;
  }

  void tile(TileData data) {
    tile = data;
  }

  private <T> List<T> one(T item) {
    return isEmpty ? List.of() : List.of(item);
  }

  private TableSummary summary() {
    return new TableSummary(
        "gold", "gold_x", text, "table", text, 7, true, Optional.of(AT), one(text));
  }

  @Override
  public Overview overview() {
    return new Overview(layers(), runs(), isEmpty ? 0 : 3, 0, 0, 2);
  }

  @Override
  public List<LayerSummary> layers() {
    return List.of(new LayerSummary("gold", 1, 7, false));
  }

  @Override
  public List<TableSummary> tables(Optional<String> layer) {
    return one(summary());
  }

  @Override
  public TableDetail table(String schema, String name) {
    if (isHidden) {
      throw new IpaiException(ErrorCode.of("TST-001", "HIDDEN", ErrorKind.CALLER), "hidden");
    }
    return new TableDetail(
        summary(),
        one(new ColumnView(text, "text", text, List.of(text), true, text)),
        one(new TableName("gold_x", text)),
        one(new TableName("gold_x", text)),
        text);
  }

  @Override
  public RowsPage rows(String schema, String name, int limit, int offset) {
    return new RowsPage(
        List.of(text, "b", "c"),
        List.of("text", "int4", "text"),
        hasNoRows ? List.of() : one(Arrays.<@Nullable Object>asList(text, 5L, null)),
        true);
  }

  @Override
  public List<RunView> runs() {
    return one(
        new RunView(
            "model", text, "failed", AT, Optional.of(AT.plusSeconds(2)), Optional.of(3L), text));
  }

  @Override
  public List<TestView> tests() {
    return one(new TestView(text, text, "test", "fail", "fail", Optional.of(2L), AT));
  }

  @Override
  public List<QuarantineView> quarantine() {
    return one(new QuarantineView(text, text, 2));
  }

  @Override
  public List<DashboardSummary> dashboards() {
    return one(new DashboardSummary("d", text, text, 1));
  }

  @Override
  public DashboardDetail dashboard(String name) {
    return new DashboardDetail("d", text, text, one(new TileView(text, "bar", "half", text)));
  }

  @Override
  public TileData tile(String dashboard, int index) {
    TileData given = tile;
    return given != null
        ? given
        : new TileData(
            new TileView(text, "table", "half", ""),
            List.of(new TileData.Field("a", text, "category")),
            List.of(new TileData.Field("b", text, "money")),
            one(Arrays.<@Nullable Object>asList(text, null)));
  }

  @Override
  public List<SearchHit> search(String question, int limit) {
    return one(new SearchHit("platinum_x.y", "1", text, text, text, 0.5));
  }

  @Override
  public List<AuditLine> audit(AuditQuestion question) {
    return one(
        new AuditLine(1, AT, text, text, text, text, text, "deny", text, Optional.of(1L), text));
  }
}
