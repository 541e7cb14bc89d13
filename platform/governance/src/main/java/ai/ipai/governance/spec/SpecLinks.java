package ai.ipai.governance.spec;

import ai.ipai.governance.yaml.Fault;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Checks the chain from requirement to task to test, in both directions. */
final class SpecLinks {
  private final List<SpecKit> kits;
  private final TestSources tests;
  private final Faults faults;
  private final Map<String, Requirement> requirements = new TreeMap<>();
  private final Map<String, Set<String>> tagsByTest;
  private final Map<String, Task> taskIds = new HashMap<>();
  private final Map<String, List<Task>> tasksByRequirement = new HashMap<>();

  SpecLinks(List<SpecKit> kits, TestSources tests, Faults faults) {
    this.kits = kits;
    this.tests = tests;
    this.faults = faults;
    this.tagsByTest =
        tests.tags().stream()
            .collect(
                Collectors.groupingBy(
                    TestTag::test, Collectors.mapping(TestTag::requirement, Collectors.toSet())));
  }

  void check() {
    kits.forEach(this::collect);
    kits.stream().flatMap(kit -> kit.tasks().stream()).forEach(this::task);
    requirements.values().forEach(this::requirement);
    tests.tags().forEach(this::tag);
  }

  private void collect(SpecKit kit) {
    for (Requirement requirement : kit.requirements()) {
      Requirement earlier = requirements.putIfAbsent(requirement.id(), requirement);
      if (earlier != null) {
        faults.add(
            requirement.place(),
            SpecErrors.DUPLICATE_REQUIREMENT,
            requirement.id() + " stands here a second time",
            "give it the next free number; the first is at " + earlier.place());
      }
    }
  }

  private void task(Task task) {
    Task earlier = taskIds.putIfAbsent(task.id(), task);
    if (earlier != null) {
      faults.add(
          task.place(),
          SpecErrors.DUPLICATE_TASK,
          task.id() + " stands here a second time",
          "give it the next free number; the first is at " + earlier.place());
    }
    if (task.requirements().isEmpty()) {
      faults.add(
          task.place(),
          SpecErrors.TASK_WITHOUT_REQUIREMENT,
          task.id() + " names no requirement",
          "end it with (REQ-AREA-001; SomethingTest)");
    }
    for (String id : task.requirements()) {
      tasksByRequirement.computeIfAbsent(id, key -> new ArrayList<>()).add(task);
      if (!requirements.containsKey(id)) {
        unknown(task.place(), task.id() + " names " + id + ", which no prd.md states", id);
      }
    }
    task.tests().forEach(test -> namedTest(task, test));
  }

  private void namedTest(Task task, String named) {
    String test = named.contains("#") ? named.substring(0, named.indexOf('#')) : named;
    if (!tests.tests().contains(test)) {
      if (task.isDone()) {
        faults.add(
            new Fault(
                task.place(),
                SpecErrors.UNKNOWN_TEST,
                task.id() + " names the test " + test + ", which is not there",
                NearestName.of(test, tests.tests()).orElse(""),
                "name a test class, or the path of another test, or uncheck the task"));
      }
      return;
    }
    Set<String> tagged = tagsByTest.getOrDefault(test, Set.of());
    if (task.isDone() && task.requirements().stream().noneMatch(tagged::contains)) {
      faults.add(
          task.place(),
          SpecErrors.TEST_WITHOUT_TAG,
          test + " does not say that it proves " + String.join(" or ", task.requirements()),
          "tag it with the requirement, or name the test that proves it");
    }
  }

  private void requirement(Requirement requirement) {
    List<Task> tasks = tasksByRequirement.getOrDefault(requirement.id(), List.of());
    if (tasks.isEmpty()) {
      faults.add(
          requirement.place(),
          SpecErrors.REQUIREMENT_WITHOUT_TASK,
          requirement.id() + " has no task",
          "write one in tasks.md that names it");
    }
    if (requirement.isDone()) {
      tasks.stream()
          .filter(task -> !task.isDone())
          .forEach(task -> contradiction(requirement, task));
      if (tests.tags().stream().noneMatch(tag -> tag.requirement().equals(requirement.id()))) {
        faults.add(
            requirement.place(),
            SpecErrors.DONE_WITHOUT_TEST,
            requirement.id() + " is done, but no test says that it proves it",
            "tag its test with @Tag(\"" + requirement.id() + "\"), or mark it (open)");
      }
    }
  }

  private void contradiction(Requirement requirement, Task task) {
    faults.add(
        requirement.place(),
        SpecErrors.DONE_WITH_OPEN_TASK,
        requirement.id() + " is done, but its task " + task.id() + " is open",
        "finish the task at " + task.place() + ", or mark the requirement (open)");
  }

  private void tag(TestTag tag) {
    if (!requirements.containsKey(tag.requirement())) {
      String message = "the test proves " + tag.requirement() + ", which no prd.md states";
      unknown(tag.place(), message, tag.requirement());
    }
  }

  private void unknown(FilePlace place, String message, String id) {
    String cure = "state it in a prd.md, or correct the number";
    faults.add(new Fault(place, SpecErrors.UNKNOWN_REQUIREMENT, message, nearest(id), cure));
  }

  /** Of the same area, or with the same number in an area that is spelt nearly alike. */
  private String nearest(String id) {
    String area = area(id);
    List<String> sameArea =
        requirements.keySet().stream().filter(known -> area(known).equals(area)).toList();
    if (!sameArea.isEmpty()) {
      return NearestName.of(id, sameArea).orElse("");
    }
    Set<String> areas =
        requirements.keySet().stream().map(SpecLinks::area).collect(Collectors.toSet());
    return NearestName.of(area, areas)
        .map(other -> "REQ-" + other + id.substring(id.lastIndexOf('-')))
        .filter(requirements::containsKey)
        .orElse("");
  }

  private static String area(String id) {
    return id.substring("REQ-".length(), id.lastIndexOf('-'));
  }
}
