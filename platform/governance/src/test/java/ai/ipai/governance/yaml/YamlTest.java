package ai.ipai.governance.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-WSP-001")
class YamlTest {
  private final Faults faults = new Faults();

  private Optional<YamlNode> parse(String text) {
    return Yaml.parse("ipai.yaml", text, faults);
  }

  @Test
  void everyNodeRemembersItsPlace() {
    YamlMapping root = (YamlMapping) parse("name: a\nstreams:\n  - table: x\n").orElseThrow();
    assertThat(root.keyPlace("streams")).isEqualTo(new FilePlace("ipai.yaml", 2, 1));
    YamlSequence streams = (YamlSequence) root.find("streams").orElseThrow();
    YamlMapping first = (YamlMapping) streams.items().get(0);
    assertThat(first.find("table").orElseThrow().place())
        .isEqualTo(new FilePlace("ipai.yaml", 3, 12));
    assertThat(faults.isEmpty()).isTrue();
  }

  @Test
  void scalarsFollowTheCoreSchemaSoThatYesAndNoAreText() {
    YamlMapping root =
        (YamlMapping)
            parse("a: yes\nb: true\nc: 012\nd: 0x1F\ne: 1.50\nf: ~\ng: '1'\nno: x\n").orElseThrow();
    assertThat(root.find("a").map(n -> ((YamlScalar) n).value())).contains("yes");
    assertThat(root.find("b").map(n -> ((YamlScalar) n).value())).contains(true);
    assertThat(root.find("c").map(n -> ((YamlScalar) n).value())).contains(12L);
    assertThat(root.find("d").map(n -> ((YamlScalar) n).value())).contains(31L);
    assertThat(root.find("e").map(n -> ((YamlScalar) n).value())).contains(new BigDecimal("1.50"));
    assertThat(((YamlScalar) root.find("f").orElseThrow()).isNull()).isTrue();
    assertThat(root.find("g").map(n -> ((YamlScalar) n).value())).contains("1");
    assertThat(root.find("no")).isPresent();
  }

  @Test
  void repeatedKeysAreRefusedAtTheSecondOne() {
    parse("name: a\nother: b\nname: c\n");
    assertThat(faults.toString()).startsWith("ipai.yaml:3:1 WSP-003").contains("line 1");
  }

  @Test
  void tabsAreNamedAsTabs() {
    parse("name: a\nlist:\n\t- x\n");
    assertThat(faults.toString()).startsWith("ipai.yaml:3:1 WSP-002 a tab").contains("spaces");
  }

  @Test
  void unquotedColonsAreExplained() {
    parse("name: a: b\n");
    assertThat(faults.toString()).startsWith("ipai.yaml:1:8 WSP-002").contains("quotes");
  }

  @Test
  void unfinishedQuotesAndBracketsAreFaultsNotCrashes() {
    for (String text :
        List.of("a: \"x", "a: [1, 2", "a: {b", "- a\nb: c", "a: &x *x", "%", "? [a]\n: b")) {
      Faults own = new Faults();
      Yaml.parse("f.yaml", text, own);
      assertThat(own.size()).as(text).isPositive();
      assertThat(own.toString()).as(text).startsWith("f.yaml");
    }
  }

  @Test
  void deepNestingIsRefusedBeforeTheStackEnds() {
    assertThat(parse("[".repeat(500_000))).isEmpty();
    assertThat(faults.toString()).contains("WSP-008").contains("deeper than 64");
  }

  @Test
  void aliasBombsAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(",", java.util.Collections.nCopies(10, before))));
    }
    assertThat(parse(bomb.toString())).isEmpty();
    assertThat(faults.toString()).contains("WSP-008").contains("aliases counted");
  }

  @Test
  void foreignTagsMergeKeysAndSecondDocumentsAreRefused() {
    parse("a: !!python/object:os.system x\n");
    parse("a: &a {x: 1}\nb:\n  <<: *a\n");
    parse("a: 1\n---\nb: 2\n");
    assertThat(faults.list()).extracting(fault -> fault.code().id()).containsOnly("WSP-009");
    assertThat(faults.size()).isEqualTo(3);
  }

  @Test
  void numbersOutOfRangeAreFaults() {
    parse("a: 1e999999999\nb: .inf\nc: .nan\nd: " + "9".repeat(100) + "\n");
    assertThat(faults.list()).extracting(fault -> fault.place().line()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void controlCharactersAreNamedWithTheirLine() {
    parse("a: b\nc: \u0001\n");
    assertThat(faults.toString()).startsWith("ipai.yaml:2 WSP-002").contains("U+0001");
  }

  @Test
  void emptyFilesHoldNothing() {
    assertThat(parse("# only a comment\n")).isEmpty();
    assertThat(parse("")).isEmpty();
    assertThat(faults.isEmpty()).isTrue();
  }

  @Test
  void filesThatAreNotUtf8OrTooLargeAreFaults(@TempDir Path folder) throws IOException {
    Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9});
    Path large = Files.writeString(folder.resolve("large.yaml"), "#".repeat(Yaml.MAX_BYTES + 1));
    assertThat(Yaml.read(folder, latin, faults)).isEmpty();
    assertThat(Yaml.read(folder, large, faults)).isEmpty();
    assertThat(Yaml.read(folder, folder.resolve("none.yaml"), faults)).isEmpty();
    assertThat(faults.list())
        .extracting(fault -> fault.place() + " " + fault.code().id())
        .containsExactly("large.yaml WSP-008", "latin.yaml WSP-001", "none.yaml WSP-001");
  }

  @Test
  void readersReportEveryFaultInOneRun() {
    YamlNode root =
        parse(
                """
                name: 12
                colums: [a]
                retries: 99
                every: soon
                mode: fulll
                enabled: "yes"
                """)
            .orElseThrow();
    MappingReader reader = MappingReader.of(root, faults);
    assertThat(reader.requireText("name")).isEmpty();
    assertThat(reader.texts("columns")).isEmpty();
    assertThat(reader.integer("retries", 0, 10)).isEmpty();
    assertThat(reader.duration("every")).isEmpty();
    assertThat(reader.choice("mode", "full", "incremental")).isEmpty();
    assertThat(reader.bool("enabled")).isEmpty();
    assertThat(reader.requireText("owner")).isEmpty();
    reader.finish();
    assertThat(faults.toString().lines())
        .containsExactly(
            "ipai.yaml:1:1 WSP-005 the key \"owner\" is missing → add it",
            "ipai.yaml:1:7 WSP-006 \"name\" must be text, found a number → put it in quotes",
            "ipai.yaml:2:1 WSP-004 unknown key \"colums\" (did you mean \"columns\"?)",
            "ipai.yaml:3:10 WSP-007 \"retries\" is 99, outside 0 to 10 → choose a number within the"
                + " bounds",
            "ipai.yaml:4:8 WSP-007 \"every\" is not a duration → write a whole number and a unit:"
                + " 500ms, 30s, 15m, 4h, 7d",
            "ipai.yaml:5:7 WSP-007 \"fulll\" is not a known value of \"mode\" (did you mean"
                + " \"full\"?)",
            "ipai.yaml:6:10 WSP-006 \"enabled\" must be true or false, found text → write true or"
                + " false");
    assertThatThrownBy(() -> faults.throwIfAny(YamlErrors.SYNTAX, "the workspace has faults"))
        .hasMessageContaining("the workspace has faults (7):")
        .hasMessageContaining("did you mean \"columns\"");
  }

  @Test
  void durationsHaveUnits() {
    MappingReader reader =
        MappingReader.of(parse("a: 500ms\nb: 7d\nc: 15m\n").orElseThrow(), faults);
    assertThat(reader.duration("a")).contains(Duration.ofMillis(500));
    assertThat(reader.duration("b")).contains(Duration.ofDays(7));
    assertThat(reader.duration("c")).contains(Duration.ofMinutes(15));
  }

  @Test
  void theNearestNameForgivesSlipsButNotOtherWords() {
    List<String> known = List.of("columns", "connection", "streams", "IPAI_JWT_SECRET");
    assertThat(NearestName.of("colunms", known)).contains("columns");
    assertThat(NearestName.of("Stream", known)).contains("streams");
    assertThat(NearestName.of("IPAI_JWT_SECERT", known)).contains("IPAI_JWT_SECRET");
    assertThat(NearestName.of("ipai-jwt-secret", known)).contains("IPAI_JWT_SECRET");
    assertThat(NearestName.of("dashboards", known)).isEmpty();
    assertThat(NearestName.of("", known)).isEmpty();
  }
}
