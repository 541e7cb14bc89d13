package ai.ipai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.console.view.TileData;
import ai.ipai.console.view.TileView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CONSOLE-001")
class ConsoleTest {
  private static final String EVIL = "<script>alert(1)</script>\"'&";

  private final Console console =
      new Console(Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC));
  private final FakeLakehouse lakehouse = new FakeLakehouse();
  private String notice = "";

  private Page page(String path, String... roles) {
    List<String> segments = path.isEmpty() ? List.of() : Arrays.asList(path.split("/", -1));
    return console.page(
        new ConsoleRequest(segments, Map.of("q", "what")),
        new Visitor("visitor@example.com", Set.of(roles), "form-token", lakehouse, notice));
  }

  private List<String> allPages() {
    return List.of(
        "",
        "tables",
        "tables/gold_x/y",
        "runs",
        "tests",
        "dashboards",
        "dashboards/d",
        "dashboards/d/tiles/0",
        "search",
        "audit");
  }

  @Test
  void everyPageRendersWithAndWithoutContent() {
    for (String path : allPages()) {
      assertThat(page(path, "ipai_auditor").status()).as(path).isEqualTo(200);
    }
    lakehouse.empty();
    for (String path : allPages()) {
      assertThat(page(path, "ipai_auditor").status()).as(path + " empty").isEqualTo(200);
    }
  }

  @Test
  @Tag("REQ-CONSOLE-006")
  void aNoticeIsOnEveryWholePageAndNowhereWithoutOne() {
    for (String path : allPages()) {
      assertThat(page(path).html()).as(path).doesNotContain("class=\"banner\"");
    }
    notice = "Writes wait";
    for (String path : allPages()) {
      if (!path.contains("tiles")) {
        assertThat(page(path).html()).as(path).contains("class=\"banner\"", "Writes wait");
      }
    }
  }

  @Test
  @Tag("REQ-CONSOLE-007")
  void whoSeesNoRowIsToldWhatOpensTheTable() {
    lakehouse.text("Read the silver table.");
    assertThat(page("tables/gold_x/y").html()).doesNotContain("You see no row of this table");
    lakehouse.noRows();
    assertThat(page("tables/gold_x/y").html())
        .contains("You see no row of this table. Read the silver table.");
    lakehouse.text("");
    assertThat(page("tables/gold_x/y").html()).contains("explain-access");
  }

  @Test
  @Tag("REQ-CONSOLE-003")
  void noValueBecomesMarkup() {
    lakehouse.text(EVIL);
    notice = EVIL;
    for (String path : allPages()) {
      assertThat(page(path, "ipai_auditor").html()).as(path).doesNotContain("<script>alert");
    }
    assertThat(console.signIn(EVIL, Optional.of(EVIL), List.of()).html())
        .doesNotContain("<script>alert");
    assertThat(console.error(404, EVIL, EVIL, Optional.empty()).html())
        .doesNotContain("<script>alert");
  }

  @Test
  @Tag("REQ-CONSOLE-003")
  void noPageHoldsInlineScriptOrStyle() {
    Pattern inline =
        Pattern.compile("<script(?![^>]*src=)|\\son[a-z]+=|style=\"|<style|javascript:");
    for (String path : allPages()) {
      assertThat(page(path, "ipai_auditor").html()).as(path).doesNotContainPattern(inline);
    }
  }

  @Test
  @Tag("REQ-CONSOLE-004")
  void tablesHaveCaptionsAndFormsHaveLabels() {
    for (String path : allPages()) {
      String html = page(path, "ipai_auditor").html();
      assertThat(count(html, "<table")).as(path).isEqualTo(count(html, "<caption"));
      var inputs =
          Pattern.compile("<(input|select)(?![^>]*type=\"hidden\")[^>]*id=\"([^\"]+)\"")
              .matcher(html);
      while (inputs.find()) {
        assertThat(html).as(path).contains("<label for=\"" + inputs.group(2) + "\"");
      }
      if (!path.contains("/tiles/")) {
        assertThat(html).contains("<main", "lang=\"en\"", "Skip to content", "<h1>");
      }
    }
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  @Tag("REQ-CONSOLE-002")
  void theAuditPageIsThereForAuditorsAndAdminsOnly() {
    assertThat(page("audit", "ipai_bi_developer").status()).isEqualTo(404);
    assertThat(page("", "ipai_bi_developer").html()).doesNotContain("/console/audit");
    assertThat(page("audit", "ipai_platform_admin").status()).isEqualTo(200);
  }

  @Test
  void unknownPagesAreNotThere() {
    for (String path : List.of("nothing", "tables/x", "tables/x/y/z", "dashboards/d/tiles/x")) {
      assertThat(page(path, "ipai_auditor").status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void whatTheLakehouseHidesIsPassedOn() {
    lakehouse.hide();
    assertThatThrownBy(() -> page("tables/gold_x/y")).hasMessageContaining("hidden");
  }

  @Test
  @Tag("REQ-CONSOLE-005")
  void aChartIsDrawnFromTheTableThatPeopleRead() {
    lakehouse.tile(
        new TileData(
            new TileView("Profit", "bar", "half", ""),
            List.of(
                new TileData.Field("month_order", "", "number"),
                new TileData.Field("month", "Month", "time")),
            List.of(new TileData.Field("profit", "Profit", "money")),
            List.of(Arrays.asList(1L, "2026-01-01", new java.math.BigDecimal("1234.5")))));
    String html = page("dashboards/d/tiles/0").html();
    assertThat(html)
        .contains("data-chart=\"bar\"", "data-raw=\"1234.5\"", "1,234.50", "<caption")
        .doesNotContain("month_order");
  }

  @Test
  @Tag("REQ-CONSOLE-005")
  void whatEveryRowSharesIsSaidOnce() {
    TileData data =
        new TileData(
            new TileView("Profit", "table", "half", ""),
            List.of(
                new TileData.Field("company", "Company", "category"),
                new TileData.Field("month", "Month", "time")),
            List.of(new TileData.Field("profit", "Profit", "money")),
            List.of(
                Arrays.asList("Acme <1>", "2026-01", 5), Arrays.asList("Acme <1>", "2026-02", 5)));
    lakehouse.tile(data);
    assertThat(page("dashboards/d/tiles/0").html())
        .contains(
            "<p class=\"plot-title\">Acme &lt;1&gt;</p>", "data-raw=\"Acme &lt;1&gt;\" hidden")
        .doesNotContain("data-raw=\"2026-01\" hidden");
    assertThat(TileTable.of(data).columns().get(2).isSame())
        .as("a measure is never left out")
        .isFalse();
  }

  @Test
  void filesAreNamedByTheirContent() {
    Asset css = console.assets().get("console.css");
    String[] parts = css.path().split("/", -1);
    assertThat(console.assets().find(parts[3], parts[4])).isPresent();
    assertThat(console.assets().find("000000000000", "console.css")).isEmpty();
    assertThat(console.assets().find(parts[3], "../console.css")).isEmpty();
    assertThat(css.integrity()).startsWith("sha384-");
    for (String name : List.of("htmx.js", "echarts.js", "console.js", "icon.svg")) {
      assertThat(console.assets().get(name).compressed()).isNotEmpty();
    }
  }

  @Test
  void figuresAreWrittenForPeople() {
    Words words = new Words(Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC));
    assertThat(words.rows(100_000, true)).isEqualTo("100,000+");
    assertThat(words.ago(Optional.of(Instant.parse("2026-11-23T11:18:00Z"))))
        .isEqualTo("42 min ago");
    assertThat(words.figure(0.125, "percent")).isEqualTo("12.5%");
    assertThat(words.role("ipai_bi_developer")).isEqualTo("bi developer");
  }
}
