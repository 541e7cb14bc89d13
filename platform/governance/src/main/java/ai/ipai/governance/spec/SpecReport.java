package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Fault;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a check of spec kits found.
 *
 * @param faults sorted by place; empty if all is well
 * @param tags which test proves which requirement
 * @param decisions how many decision records there are
 */
public record SpecReport(
    List<SpecKit> kits, List<TestTag> tags, int decisions, List<Fault> faults) {
  public SpecReport {
    kits = List.copyOf(kits);
    tags = List.copyOf(tags);
    faults = List.copyOf(faults);
  }

  public boolean isSound() {
    return faults.isEmpty();
  }

  /** 0 or 1, as a command returns it. */
  public int exitCode() {
    return isSound() ? 0 : 1;
  }

  public List<Requirement> requirements() {
    return kits.stream().flatMap(kit -> kit.requirements().stream()).toList();
  }

  /** The faults, a line each, and one closing line. */
  public String text() {
    StringBuilder text = new StringBuilder();
    faults.forEach(fault -> text.append(fault).append('\n'));
    long done = requirements().stream().filter(Requirement::isDone).count();
    long tasks = kits.stream().mapToLong(kit -> kit.tasks().size()).sum();
    text.append(
        "%d features, %d requirements (%d done, %d open), %d tasks, %d links to tests, %d decisions: %s\n"
            .formatted(
                kits.size(),
                requirements().size(),
                done,
                requirements().size() - done,
                tasks,
                tags.size(),
                decisions,
                isSound() ? "sound" : faults.size() + " faults"));
    return text.toString();
  }

  /** Features with their requirements, each with its tasks and tests; then the faults. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode features = json.putArray("features");
    kits.forEach(kit -> feature(kit, features.addObject()));
    json.put("decisions", decisions);
    ArrayNode list = json.putArray("faults");
    for (Fault fault : faults) {
      list.addObject()
          .put("file", fault.place().file())
          .put("line", fault.place().line())
          .put("column", fault.place().column())
          .put("code", fault.code().id())
          .put("message", fault.message())
          .put("nearest", fault.nearest())
          .put("cure", fault.cure());
    }
    return json;
  }

  private void feature(SpecKit kit, ObjectNode json) {
    json.put("feature", kit.feature());
    ArrayNode list = json.putArray("requirements");
    for (Requirement requirement : kit.requirements()) {
      ObjectNode node = list.addObject();
      node.put("id", requirement.id());
      node.put("done", requirement.isDone());
      node.put("statement", requirement.statement());
      ArrayNode tasks = node.putArray("tasks");
      kits.stream()
          .flatMap(one -> one.tasks().stream())
          .filter(task -> task.requirements().contains(requirement.id()))
          .forEach(task -> tasks.add(task.id()));
      ArrayNode tests = node.putArray("tests");
      tags.stream()
          .filter(tag -> tag.requirement().equals(requirement.id()))
          .map(TestTag::test)
          .distinct()
          .forEach(tests::add);
    }
  }
}
