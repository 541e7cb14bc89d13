package ai.ipai.server.cli;

import ai.ipai.governance.workspace.YamlJson;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.ingest.writeback.Steps;
import ai.ipai.ingest.writeback.WriteBackErrors;
import ai.ipai.ingest.writeback.WriteBackPlan;
import ai.ipai.ingest.writeback.WriteBackReport;
import ai.ipai.ingest.writeback.WriteBackRunner;
import ai.ipai.ingest.writeback.WriteItem;
import ai.ipai.ingest.writeback.WriteJob;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.Workshop;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./ipai write-back …}: records of a source, changed as a job says, once and approved. */
@Command(
    name = "write-back",
    mixinStandardHelpOptions = true,
    description = {
      "Writes rows back to the records of a source. plan compares and shows every field that would",
      "change; nothing is sent before somebody with the job's role approved it. An apply that was",
      "interrupted goes on when it is called again: no record is made twice, no write is lost."
    },
    footer = {
      "%nExamples:",
      "  ./ipai write-back plan phones --dry-run",
      "  ./ipai write-back plan phones",
      "  ./ipai write-back approve 3f2a91c4-8d4e-4b5f-9d0a-0c1d2e3f4a5b --as ipai_platform_admin",
      "  ./ipai write-back apply 3f2a91c4-8d4e-4b5f-9d0a-0c1d2e3f4a5b",
      "  ./ipai write-back undo 3f2a91c4-8d4e-4b5f-9d0a-0c1d2e3f4a5b"
    })
final class WriteBackCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> VALUES =
      new TypeReference<>() {};

  private final Terminal terminal;
  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Parameters(index = "0", paramLabel = "plan|show|approve|apply|undo", description = "what to do")
  private String word = "";

  @Parameters(
      index = "1",
      paramLabel = "JOB|ID",
      description = "plan: write_back/JOB.yaml of the workspace; others: what plan printed")
  private String subject = "";

  @Option(names = "--dry-run", description = "plan: show, and keep nothing for approval")
  private boolean dryRun;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "ipai_platform_admin",
      description = "approve: the platform role to approve with")
  private String role = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "table, csv or json")
  private Format format = Format.TABLE;

  WriteBackCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    requireSense();
    try (Installation opened = Installation.open(installation.config(terminal))) {
      Workshop workshop = Workshop.of(opened);
      WriteBackRunner runner = workshop.writeBacks();
      switch (word) {
        case "plan" -> plan(workshop.folder(), runner);
        case "show" -> print(runner.show(id()).items());
        case "approve" -> {
          runner.approve(id(), Operator.principal(), Set.of(role));
          terminal.err().println("approved; next: ./ipai write-back apply " + subject);
        }
        case "apply" -> {
          return end(runner.apply(id(), Operator.principal(), Steps.none()), "applied");
        }
        case "undo" -> {
          return end(runner.undo(id(), Operator.principal(), Steps.none()), "undone");
        }
        default -> throw new IllegalStateException(word);
      }
      return Cli.DONE;
    }
  }

  /** Before a database is opened, or started, for what cannot be meant. */
  private void requireSense() {
    switch (word) {
      case "plan" -> {
        if (!subject.matches("[a-z][a-z0-9_]*")) {
          throw wrong("this is no name of a job: " + subject);
        }
      }
      case "show", "approve", "apply", "undo" -> id();
      default -> throw wrong("write-back knows plan, show, approve, apply and undo, not " + word);
    }
  }

  private UUID id() {
    try {
      return UUID.fromString(subject);
    } catch (IllegalArgumentException e) {
      throw wrong("this is no id of a write-back: " + subject);
    }
  }

  private static IpaiException wrong(String what) {
    return new IpaiException(WriteBackErrors.NOT_FOUND, what)
        .hint("./ipai write-back --help has examples");
  }

  private void plan(Path folder, WriteBackRunner runner) {
    Faults faults = new Faults();
    Optional<YamlNode> file =
        Yaml.read(folder, folder.resolve("write_back").resolve(subject + ".yaml"), faults);
    faults.throwIfAny(WriteBackErrors.JOB, "The job has faults");
    JsonNode raw = YamlJson.of(file.orElseThrow(() -> wrong("the job's file is empty")));
    Map<String, @Nullable Object> values = JSON.convertValue(raw, VALUES);
    WriteJob job = WriteJob.of(subject, values);
    WriteBackPlan plan = runner.plan(job, raw.toString(), Operator.principal(), dryRun);
    print(plan.items());
    plan.notes().forEach(note -> terminal.err().println("note: " + note));
    plan.missing().forEach(key -> terminal.err().println("no record for " + key));
    terminal
        .err()
        .println(
            "%d to write, %d unchanged, %d without a record"
                .formatted(plan.items().size(), plan.unchanged(), plan.missing().size()));
    if (!dryRun) {
      terminal.err().println("next: ./ipai write-back approve " + plan.id());
    }
  }

  private int end(WriteBackReport report, String good) {
    print(report.items());
    terminal.err().println(report.status());
    return report.status().equals(good) && report.count(WriteItem.Status.UNDO_CONFLICT) == 0
        ? Cli.DONE
        : Cli.FAILED;
  }

  private void print(List<WriteItem> items) {
    Listing listing = new Listing("key", "record", "field", "before", "after", "status", "error");
    for (WriteItem item : items) {
      Map<String, @Nullable Object> before = item.before() == null ? Map.of() : item.before();
      item.after()
          .forEach(
              (field, value) ->
                  listing.add(
                      List.of(
                          item.key(),
                          item.recordId() == null ? "new" : item.recordId().toString(),
                          field,
                          String.valueOf(before.get(field)),
                          String.valueOf(value),
                          item.status().name().toLowerCase(Locale.ROOT),
                          item.error())));
    }
    listing.print(terminal, format);
  }
}
