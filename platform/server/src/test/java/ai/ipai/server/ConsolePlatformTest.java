package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages as several people see them in a browser. */
class ConsolePlatformTest extends SmallCompany {
  @Test
  @Tag("REQ-CONSOLE-002")
  void theConsoleShowsEachVisitorTheirOwn() throws Exception {
    Browser bruno = new Browser("bruno");
    Browser alma = new Browser("alma");
    assertThat(bruno.page("/console/tables"))
        .contains("gold_finance.profit")
        .doesNotContain("partner");
    assertThat(alma.page("/console/tables")).contains("silver_erp.partner");
    assertThat(bruno.status("/console/tables/silver_erp/partner")).isEqualTo(404);
    assertThat(bruno.status("/console/audit")).isEqualTo(404);
    assertThat(alma.page("/console/tables/silver_erp/partner"))
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert");
    assertThat(bruno.page("/console/dashboards/finance/tiles/0"))
        .contains("2,400.00")
        .doesNotContain("PHP");
    for (String path :
        List.of(
            "/console",
            "/console/runs",
            "/console/tests",
            "/console/search?q=x",
            "/console/dashboards/finance")) {
      assertThat(alma.status(path)).as(path).isEqualTo(200);
      assertThat(bruno.status(path)).as(path).isEqualTo(200);
    }
    assertThat(send(request("/console")).statusCode()).isEqualTo(303);
  }

  @Test
  @Tag("REQ-CONSOLE-003")
  void formsOfOtherSitesAreRefused() throws Exception {
    Browser alma = new Browser("alma");
    HttpResponse<String> foreign =
        send(
            request("/console/sign-out")
                .header("Cookie", alma.cookies)
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.ofString("form_token=" + alma.formToken())));
    assertThat(foreign.statusCode()).isEqualTo(403);
    HttpResponse<String> withoutToken =
        send(
            request("/console/sign-out")
                .header("Cookie", alma.cookies)
                .POST(BodyPublishers.ofString("form_token=" + new Browser("bruno").formToken())));
    assertThat(withoutToken.statusCode()).isEqualTo(403);
    assertThat(alma.status("/console")).isEqualTo(200);
  }
}
