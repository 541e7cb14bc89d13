package ai.ipai.console;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import ai.ipai.console.view.Lakehouse;
import ai.ipai.console.view.RowsPage;
import ai.ipai.console.view.SearchHit;
import ai.ipai.console.view.TableSummary;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pages. Pure but for the {@link Lakehouse} of the visitor: it knows neither HTTP nor databases
 * nor who may see what.
 */
public final class Console {
  private static final int ROWS = 25;
  private static final int MAX_OFFSET = 100_000;
  private static final int HITS = 10;
  private static final int MAX_QUESTION = 500;

  private final Templates templates = new Templates();
  private final Assets assets = new Assets();
  private final Words words;

  public Console(Clock clock) {
    this.words = new Words(clock);
  }

  public Assets assets() {
    return assets;
  }

  /**
   * The page that is asked for.
   *
   * @throws ai.ipai.spi.error.IpaiException what the lakehouse throws; {@link #error} renders it
   */
  public Page page(ConsoleRequest request, Visitor visitor) {
    Lakehouse lakehouse = visitor.lakehouse();
    List<String> path = request.segments();
    String first = path.isEmpty() ? "" : path.getFirst();
    return switch (first) {
      case "" -> show("overview", "Overview", visitor, Map.of("overview", lakehouse.overview()));
      case "tables" -> tables(request, visitor);
      case "runs" -> show("runs", "Runs", visitor, Map.of("runs", lakehouse.runs()));
      case "tests" ->
          show(
              "tests",
              "Tests",
              visitor,
              Map.of("tests", lakehouse.tests(), "quarantine", lakehouse.quarantine()));
      case "dashboards" -> dashboards(path, visitor);
      case "search" -> search(request, visitor);
      case "audit" -> audit(request, visitor);
      default -> notFound(Optional.of(visitor));
    };
  }

  private Page tables(ConsoleRequest request, Visitor visitor) {
    List<String> path = request.segments();
    if (path.size() == 1) {
      return tableList(request.parameter("layer"), visitor);
    }
    if (path.size() == 3) {
      return table(path.get(1), path.get(2), request, visitor);
    }
    return notFound(Optional.of(visitor));
  }

  private Page tableList(Optional<String> layer, Visitor visitor) {
    Map<String, List<TableSummary>> byLayer = new LinkedHashMap<>();
    List<TableSummary> all = visitor.lakehouse().tables(layer);
    for (String name : List.of("platinum", "gold", "silver", "bronze")) {
      List<TableSummary> own = all.stream().filter(table -> table.layer().equals(name)).toList();
      if (!own.isEmpty()) {
        byLayer.put(name, own);
      }
    }
    return show(
        "tables",
        "Tables",
        visitor,
        Map.of(
            "layers",
            byLayer.entrySet(),
            "layerNames",
            List.of("bronze", "silver", "gold", "platinum"),
            "chosen",
            layer.orElse("")));
  }

  private Page table(String schema, String name, ConsoleRequest request, Visitor visitor) {
    int offset = request.number("offset", 0, MAX_OFFSET);
    var detail = visitor.lakehouse().table(schema, name);
    RowsPage rows = visitor.lakehouse().rows(schema, name, ROWS, offset);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("table", detail);
    data.put("rows", rows);
    data.put("from", offset + 1);
    data.put("to", offset + rows.rows().size());
    data.put("previous", offset >= ROWS ? Integer.toString(offset - ROWS) : "");
    data.put("next", rows.hasMore() ? Integer.toString(offset + rows.rows().size()) : "");
    return show("table", schema + "." + name, visitor, data);
  }

  private Page dashboards(List<String> path, Visitor visitor) {
    Lakehouse lakehouse = visitor.lakehouse();
    if (path.size() == 1) {
      return show(
          "dashboards", "Dashboards", visitor, Map.of("dashboards", lakehouse.dashboards()));
    }
    if (path.size() == 2) {
      var dashboard = lakehouse.dashboard(path.get(1));
      return show("dashboard", dashboard.title(), visitor, Map.of("dashboard", dashboard));
    }
    if (path.size() == 4 && path.get(2).equals("tiles") && path.get(3).matches("[0-9]{1,4}")) {
      var data = lakehouse.tile(path.get(1), Integer.parseInt(path.get(3)));
      return new Page(
          200, templates.render("tile", Map.of("f", words, "data", TileTable.of(data))));
    }
    return notFound(Optional.of(visitor));
  }

  private Page search(ConsoleRequest request, Visitor visitor) {
    Optional<String> question =
        request
            .parameter("q")
            .map(text -> text.length() <= MAX_QUESTION ? text : text.substring(0, MAX_QUESTION));
    List<SearchHit> hits =
        question.map(text -> visitor.lakehouse().search(text, HITS)).orElse(List.of());
    return show(
        "search",
        "Search",
        visitor,
        Map.of("question", question.orElse(""), "asked", question.isPresent(), "hits", hits));
  }

  private Page audit(ConsoleRequest request, Visitor visitor) {
    if (!visitor.mayAudit()) {
      return notFound(Optional.of(visitor));
    }
    AuditQuestion question =
        new AuditQuestion(
            request.parameter("principal"),
            request.parameter("action"),
            request.parameter("object"),
            request.parameter("decision"),
            request
                .parameter("before")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf));
    List<AuditLine> lines = visitor.lakehouse().audit(question);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("lines", lines);
    data.put("principal", question.principal().orElse(""));
    data.put("action", question.action().orElse(""));
    data.put("object", question.object().orElse(""));
    data.put("decision", question.decision().orElse(""));
    data.put("older", lines.size() < 100 ? "" : olderQuery(request, lines.getLast().id()));
    return show("audit", "Audit log", visitor, data);
  }

  private static String olderQuery(ConsoleRequest request, long before) {
    Map<String, String> query = new TreeMap<>(request.query());
    query.put("before", Long.toString(before));
    StringBuilder text = new StringBuilder();
    query.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
    return text.toString();
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The way in; says what went wrong with the last try, if anything. */
  public Page signIn(String email, Optional<String> refusal, List<DemoLogin> demo) {
    Map<String, Object> data = base("Sign in", Optional.empty());
    data.put("email", email);
    data.put("refusal", refusal.orElse(""));
    data.put("demo", demo);
    return new Page(refusal.isPresent() ? 401 : 200, templates.render("sign-in", data));
  }

  /** A failure as a page. */
  public Page error(int status, String message, String requestId, Optional<Visitor> visitor) {
    Map<String, Object> data = base("Error " + status, visitor);
    data.put("status", status);
    data.put("message", message);
    data.put("requestId", requestId);
    return new Page(status, templates.render("error", data));
  }

  private Page notFound(Optional<Visitor> visitor) {
    return error(404, "There is no such page, or not for you.", "", visitor);
  }

  private Page show(String template, String title, Visitor visitor, Map<String, ?> data) {
    Map<String, Object> all = base(title, Optional.of(visitor));
    all.putAll(data);
    all.put("section", template);
    return new Page(200, templates.render(template, all));
  }

  private Map<String, Object> base(String title, Optional<Visitor> visitor) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("title", title);
    data.put("section", "");
    data.put("f", words);
    data.put("css", assets.get("console.css"));
    data.put("js", assets.get("console.js"));
    data.put("htmx", assets.get("htmx.js"));
    data.put("echarts", assets.get("echarts.js"));
    data.put("icon", assets.get("icon.svg"));
    data.put("isSignedIn", visitor.isPresent());
    data.put("visitor", visitor.map(Visitor::name).orElse(""));
    data.put("roles", visitor.map(v -> v.roles().stream().sorted().toList()).orElse(List.of()));
    data.put("notice", visitor.map(Visitor::notice).orElse(""));
    data.put("formToken", visitor.map(Visitor::formToken).orElse(""));
    data.put("mayAudit", visitor.map(Visitor::mayAudit).orElse(false));
    return data;
  }
}
