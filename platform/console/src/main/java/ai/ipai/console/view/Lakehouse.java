package ai.ipai.console.view;

import java.util.List;
import java.util.Optional;

/**
 * The lakehouse as one caller sees it. Every call runs as that caller and is audited before it
 * returns. What is absent and what is hidden fail alike, with an {@code IpaiException} that the
 * front answers with 404.
 */
public interface Lakehouse {
  /** The first page's figures. */
  Overview overview();

  /** The four layers, in their order; those without an open table have zeros. */
  List<LayerSummary> layers();

  /** Open tables by schema and name, of one layer or of all. */
  List<TableSummary> tables(Optional<String> layer);

  TableDetail table(String schema, String name);

  /** Rows in no order of ours. */
  RowsPage rows(String schema, String name, int limit, int offset);

  /** The latest first; empty for callers who may not see runs. */
  List<RunView> runs();

  /** The latest result of each, failures first. */
  List<TestView> tests();

  List<QuarantineView> quarantine();

  List<DashboardSummary> dashboards();

  DashboardDetail dashboard(String name);

  /** Counts tiles from 0. */
  TileData tile(String dashboard, int index);

  /** The closest first; empty where nothing is open to the caller. */
  List<SearchHit> search(String text, int limit);

  /** The latest first, at most a hundred. */
  List<AuditLine> audit(AuditQuestion question);
}
