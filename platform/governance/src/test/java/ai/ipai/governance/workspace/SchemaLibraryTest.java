package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.config.Setting;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("REQ-WSP-003")
class SchemaLibraryTest {
  private static final SchemaLibrary LIBRARY = SchemaLibrary.shipped();

  private static List<String> faults(String schema, String yaml) {
    Faults faults = new Faults();
    LIBRARY.named(schema).check(Yaml.parse("f.yaml", yaml, faults).orElseThrow(), faults);
    return faults.list().stream().map(Object::toString).toList();
  }

  @Test
  void misspeltKeysAreFoundAtTheirLineAtAnyDepth() {
    assertThat(
            faults(
                "ipai",
                """
                name: company
                descripton: x
                targets:
                  prod:
                    server: {prot: 1}
                """))
        .containsExactly(
            "f.yaml:2:1 WSP-004 unknown key \"descripton\" (did you mean \"description\"?)",
            "f.yaml:5:14 WSP-004 unknown key \"prot\" (did you mean \"port\"?)");
  }

  @Test
  void everyKindOfFaultIsNamedAtItsPlaceInOneRun() {
    assertThat(
            faults(
                "job",
                """
                name: Nightly
                schedule: daily
                retries: 99
                tasks:
                  - name: load
                    sync: erp
                    build: x
                  - name: build
                    build: 12
                    after: [load, load]
                  - sync: erp
                """))
        .containsExactly(
            "f.yaml:1:7 WSP-007 \"name\" is not written as it must be → Lower-case letters, digits,"
                + " _ and -. Default: the file's name.",
            "f.yaml:2:11 WSP-007 \"schedule\" is not written as it must be → Five fields of cron,"
                + " in UTC unless a time zone stands beside it, such as 15 3 * * * or 0 6 * * mon-fri, or"
                + " every and a duration, such as every 15m.",
            "f.yaml:3:10 WSP-007 \"retries\" is out of bounds → write 0 to 20",
            "f.yaml:5:5 WSP-022 \"tasks\" needs exactly one of sync, build, job",
            "f.yaml:9:12 WSP-006 \"build\" must be text, found a number → put it in quotes",
            "f.yaml:10:12 WSP-022 \"after\" names something twice → Tasks of this job that must"
                + " have succeeded before.",
            "f.yaml:11:5 WSP-005 the key \"name\" is missing → add it: Lower-case letters, digits,"
                + " _ and -; once in a job.");
  }

  @Test
  void choicesSuggestTheNearest() {
    assertThat(
            faults(
                "dashboard",
                """
                title: Finance
                tiles:
                  - title: Profit
                    chart: lien
                    semantic: pnl
                    measures: []
                """))
        .containsExactly(
            "f.yaml:4:12 WSP-007 \"chart\" has a value that is not known (did you mean \"line\"?) →"
                + " known: number, line, bar, stacked_bar, area, pie, table, waterfall",
            "f.yaml:6:15 WSP-022 \"measures\" must not be empty → Measures of the semantic model.");
  }

  @Test
  void aListWhereAMappingBelongsIsOneFault() {
    assertThat(faults("agent", "- a\n- b\n"))
        .containsExactly(
            "f.yaml:1:1 WSP-006 the file must be a mapping, found a list → An agent: what it is"
                + " for, what it may reach and what it may cost.");
  }

  @Test
  void soundFilesPass() {
    assertThat(faults("ipai", "name: company\ntargets:\n  dev:\n")).isEmpty();
    assertThat(
            faults(
                "connector",
                "type: odoo\ndomain: erp\nschedule: every 15m\nstreams: [a, {name: b, fields: [x]}]\n"))
        .isEmpty();
    assertThat(
            faults(
                "job",
                "tasks:\n  - {name: a, sync: erp}\n  - {name: b, build: +gold, after: [a]}\n"))
        .isEmpty();
  }

  @Test
  void schemasOfConnectorsAreCheckedTheSameWay() {
    Faults faults = new Faults();
    LIBRARY
        .of(
            """
            {"type": "object", "additionalProperties": false,
             "properties": {"url": {"type": "string"}, "database": {"type": "string"}}}
            """)
        .check(Yaml.parse("f.yaml", "url: 1\ndatabse: x\n", faults).orElseThrow(), faults);
    assertThat(faults.toString().lines())
        .containsExactly(
            "f.yaml:1:6 WSP-006 \"url\" must be text, found a number → put it in quotes",
            "f.yaml:2:1 WSP-004 unknown key \"databse\" (did you mean \"database\"?)");
  }

  @Test
  void exportedSchemasReferToEachOtherAndDescribeEveryKey(@TempDir Path folder) throws IOException {
    List<Path> files = LIBRARY.export(folder);
    assertThat(files).hasSize(LIBRARY.names().size()).allSatisfy(file -> assertThat(file).exists());
    for (Path file : files) {
      JsonNode schema = JsonMapper.shared().readTree(Files.readString(file));
      assertThat(schema.path("$id").asString("")).endsWith("/" + file.getFileName());
      assertThat(schema.path("description").asString("")).as(file.toString()).isNotBlank();
    }
  }

  @Test
  void theSchemaOfIpaiYamlKnowsExactlyTheSettings() {
    JsonNode schema = LIBRARY.document(SchemaLibrary.BASE + "ipai" + SchemaLibrary.SUFFIX);
    for (Setting setting : Setting.values()) {
      setting
          .key()
          .ifPresent(
              key -> {
                String[] parts = key.split("\\.", -1);
                JsonNode owner = parts.length == 1 ? schema : schema.path("$defs").path(parts[0]);
                assertThat(owner.path("properties").has(parts[parts.length - 1])).as(key).isTrue();
              });
    }
    for (String group : schema.path("$defs").propertyNames()) {
      for (String key : schema.path("$defs").path(group).path("properties").propertyNames()) {
        assertThat(Setting.ofKey(group + "." + key)).as(group + "." + key).isPresent();
      }
    }
  }
}
