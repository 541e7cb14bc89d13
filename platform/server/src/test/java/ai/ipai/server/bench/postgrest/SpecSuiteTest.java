package ai.ipai.server.bench.postgrest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.server.bench.postgrest.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of specs of our own, in the form that PostgREST's have. */
@Tag("REQ-RESTSPEC-001")
class SpecSuiteTest {
  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private SpecSuite suite() throws IOException {
    SmallSpecs.write(folder);
    return SpecSuite.read(new SpecFolder(folder), 180000);
  }

  @Test
  void casesComeWithTheirAreaTitleAndConfiguration() throws IOException {
    SpecSuite suite = suite();
    assertThat(suite.cases())
        .extracting(one -> one.area() + ": " + one.title())
        .contains("Query/SmallSpec: small > reads a row", "OtherSpec: reads under other settings");
    SpecCase other =
        suite.cases().stream().filter(one -> one.area().equals("OtherSpec")).findFirst().get();
    assertThat(other.configuration()).containsEntry("PGRST_DB_MAX_ROWS", "2");
    assertThat(suite.defaults())
        .containsEntry("PGRST_DB_SCHEMAS", "small")
        .containsEntry("PGRST_DB_TX_END", "rollback-allow-override")
        .doesNotContainKey("PGRST_DB_MAX_ROWS");
  }

  @Test
  void aCaseThatCannotBeReadIsListedAndNeverPasses() throws IOException {
    SmallSpecs.write(folder);
    write(
        "Feature/OtherSpec.hs",
        """
        module Feature.OtherSpec where

        spec withConfig = withConfig baseCfg $ do
          it "is fine" $ get "/a" `shouldRespondWith` 200
          mystery "of another library" $ do
            it "is out of reach" $ get "/b" `shouldRespondWith` 200
        """);
    SpecSuite suite = SpecSuite.read(new SpecFolder(folder), 180000);
    assertThat(suite.unread())
        .extracting(SpecSuite.Unread::name)
        .containsExactly("is out of reach");
    assertThat(suite.unread().getFirst().reason()).contains("mystery");
  }

  @Test
  void answersAreComparedAsTheLiteralSays() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    try (FixedAnswer server =
        FixedAnswer.start(200, "Content-Type: application/json\r\nX-Row: 1", "[{\"id\": 1}]")) {
      SpecSuite suite = suite();
      SpecRun run = new SpecRun(suite.defaults(), target -> false);
      run.run(suite.cases(), server.address(), outcomes::add);
    }
    Map<String, Kind> kinds = new java.util.HashMap<>();
    outcomes.forEach(one -> kinds.put(one.title(), one.kind()));
    assertThat(kinds)
        .containsEntry("small > reads a row", Kind.PASSED)
        .containsEntry("small > compares text byte for byte", Kind.FAILED)
        .containsEntry("small > wants a status", Kind.FAILED)
        .containsEntry("small > wants a header", Kind.PASSED)
        .containsEntry("small > misses a header", Kind.FAILED)
        .containsEntry("small > asserts on parts", Kind.PASSED)
        .containsEntry("small > names nobody's function", Kind.NOT_RUN)
        .containsEntry("small > waits", Kind.PENDING);
    Score score = Score.of("all", outcomes, one -> one.area().equals("Query/SmallSpec"));
    assertThat(score.cases()).isEqualTo(score.passed() + score.failed() + score.notRun());
    assertThat(score.notRun()).isEqualTo(1);
  }

  @Test
  void aFailureTellsRequestExpectationAndAnswer() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    try (FixedAnswer server = FixedAnswer.start(500, "X-Row: 1", "oops")) {
      SpecSuite suite = suite();
      new SpecRun(suite.defaults(), target -> false)
          .run(suite.cases(), server.address(), outcomes::add);
    }
    Outcome failed =
        outcomes.stream().filter(one -> one.title().endsWith("reads a row")).findFirst().get();
    assertThat(failed.detail())
        .contains("GET /rows?id=eq.1", "status 200", "{\"id\":1}", "500", "oops");
  }

  @Test
  void whatNamesMissingFixturesIsLeftOutOnlyWhenItFails() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    try (FixedAnswer server = FixedAnswer.start(500, "X-Row: 1", "oops")) {
      SpecSuite suite = suite();
      new SpecRun(suite.defaults(), target -> target.contains("rows"))
          .run(suite.cases(), server.address(), outcomes::add);
    }
    assertThat(outcomes)
        .filteredOn(one -> one.title().endsWith("reads a row"))
        .extracting(Outcome::kind)
        .containsExactly(Kind.LEFT_OUT);
  }

  @Test
  void targetsAreEncodedOnlyWhereTheyMustBe() {
    Request request = new Request("GET", "a?x=in.(\"1\",2)&y=é+%20%", List.of(), new byte[0]);
    assertThat(request.encodedTarget()).isEqualTo("/a?x=in.(%221%22,2)&y=%C3%A9+%20%25");
  }
}
