package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.MappingReader;
import ai.ipai.governance.yaml.Yaml;
import ai.ipai.governance.yaml.YamlErrors;
import ai.ipai.governance.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads policies/*.yaml. Every fault is reported; a rule at fault is left out. */
public final class PolicyReader {
  private final Faults faults;
  private final @Nullable FilePlace place;

  private PolicyReader(Faults faults, @Nullable FilePlace place) {
    this.faults = faults;
    this.place = place;
  }

  /** Every {@code policies/*.yaml} and {@code *.yml} of a workspace, in the order of names. */
  public static PolicySet readWorkspace(Path workspace, Faults faults) {
    Path folder = workspace.resolve("policies");
    if (!Files.isDirectory(folder)) {
      return PolicySet.EMPTY;
    }
    PolicySet all = PolicySet.EMPTY;
    for (Path file : files(folder, faults)) {
      Optional<YamlNode> root = Yaml.read(workspace, file, faults);
      if (root.isPresent()) {
        all = all.and(read(root.get(), faults));
      }
    }
    return all;
  }

  private static List<Path> files(Path folder, Faults faults) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      faults.add(
          FilePlace.whole("policies"),
          YamlErrors.UNREADABLE,
          "the folder cannot be read",
          "check that this user may read it");
      return List.of();
    }
  }

  /** One file's tree. */
  public static PolicySet read(YamlNode root, Faults faults) {
    return new PolicyReader(faults, null).set(MappingReader.of(root, faults));
  }

  /** A tree whose rules stand at another place than the tree says. */
  static PolicySet readAt(YamlNode root, FilePlace place, Faults faults) {
    return new PolicyReader(faults, place).set(MappingReader.of(root, faults));
  }

  private PolicySet set(MappingReader file) {
    PolicySet set =
        new PolicySet(
            rules(file, "grants", this::grant),
            rules(file, "row_filters", this::rowFilter),
            rules(file, "masks", this::mask),
            rules(file, "tags", this::tag));
    file.finish();
    return set;
  }

  private <T> List<T> rules(
      MappingReader file, String key, Function<MappingReader, Optional<T>> reader) {
    return file.mappings(key).stream().flatMap(item -> whole(item, reader).stream()).toList();
  }

  private <T> Optional<T> whole(MappingReader item, Function<MappingReader, Optional<T>> reader) {
    int before = faults.size();
    Optional<T> rule = reader.apply(item);
    item.finish();
    return faults.size() == before ? rule : Optional.empty();
  }

  private Optional<GrantRule> grant(MappingReader item) {
    item.require("to");
    item.require("on");
    item.require("allow");
    return Optional.of(
        new GrantRule(
            place(item),
            subjects(item, "to"),
            objects(item),
            operations(item),
            item.text("description", "")));
  }

  private Optional<RowFilterRule> rowFilter(MappingReader item) {
    item.require("on");
    Optional<RowCondition> condition = condition(item);
    List<Subject> to = subjects(item, "to");
    List<Subject> unless = subjects(item, "unless");
    to.stream()
        .filter(unless::contains)
        .forEach(
            both ->
                item.fault(
                    "unless",
                    GovernanceErrors.CONTRADICTION,
                    both + " stands in \"to\" and in \"unless\"",
                    "name it in one of them"));
    List<ObjectPattern> on = objects(item);
    return condition.map(
        c -> new RowFilterRule(place(item), on, to, unless, c, item.text("description", "")));
  }

  private Optional<RowCondition> condition(MappingReader item) {
    Optional<String> using = item.text("using");
    Optional<String> column = item.text("column");
    Optional<String> claim = item.text("claim");
    if (using.isPresent() == (column.isPresent() || claim.isPresent())
        || column.isPresent() != claim.isPresent()) {
      faults.add(
          item.place(),
          YamlErrors.WRONG_VALUE,
          "a row filter has either \"using\", or \"column\" and \"claim\"",
          "keep one form");
      return Optional.empty();
    }
    if (using.isEmpty()) {
      return Optional.of(new RowCondition.ByClaim(column.orElseThrow(), claim.orElseThrow()));
    }
    checkExpression(item, "using", using.get());
    return Optional.of(new RowCondition.BySql(using.get().strip()));
  }

  private Optional<MaskRule> mask(MappingReader item) {
    List<String> tags = item.texts("tag");
    List<ColumnPattern> columns = columns(item);
    if (item.has("on") == item.has("tag")) {
      faults.add(
          item.place(),
          YamlErrors.WRONG_VALUE,
          "a mask has either \"on\" or \"tag\"",
          "name columns, or the tag that they carry");
    }
    String with = item.text("with", "null").strip();
    Rendering rendering = Rendering.parse(with);
    if (rendering instanceof Rendering.Sql) {
      checkExpression(item, "with", with);
    }
    List<Subject> unless = subjects(item, "unless");
    if (unless.isEmpty()) {
      faults.add(
          item.place(),
          GovernanceErrors.CONTRADICTION,
          "nobody may see what this mask hides",
          "name in \"unless\" who sees the clear value, or leave the column out of the model");
    }
    return Optional.of(
        new MaskRule(place(item), columns, tags, rendering, unless, item.text("description", "")));
  }

  private Optional<TagRule> tag(MappingReader item) {
    item.require("on");
    item.require("tags");
    List<ObjectPattern> tables = new ArrayList<>();
    List<ColumnPattern> columns = new ArrayList<>();
    for (String text : item.texts("on")) {
      if (text.chars().filter(c -> c == '.').count() == 2) {
        column(item, text).ifPresent(columns::add);
      } else {
        object(item, text).ifPresent(tables::add);
      }
    }
    List<String> tags = item.texts("tags");
    for (String tag : tags) {
      if (!tag.matches("[a-z][a-z0-9_.-]*")) {
        item.fault(
            "tags",
            YamlErrors.WRONG_VALUE,
            "\"" + tag + "\" is not a tag",
            "write lower-case letters, digits, dots, dashes and underscores");
      }
    }
    return Optional.of(
        new TagRule(place(item), tables, columns, tags, item.text("description", "")));
  }

  private FilePlace place(MappingReader item) {
    return place != null ? place : item.place();
  }

  private List<Subject> subjects(MappingReader item, String key) {
    List<Subject> subjects = new ArrayList<>();
    for (String text : item.texts(key)) {
      Optional<Subject> subject = Subject.parse(text);
      if (subject.isEmpty()) {
        faults.addUnknown(
            item.place(key),
            GovernanceErrors.UNKNOWN_PRINCIPAL,
            "\"" + text + "\" is no role, and no user:, app: or agent: either",
            text,
            Subject.ROLES);
      } else if (!subjects.contains(subject.get())) {
        subjects.add(subject.get());
      }
    }
    return subjects;
  }

  private List<ObjectPattern> objects(MappingReader item) {
    return item.texts("on").stream().flatMap(text -> object(item, text).stream()).toList();
  }

  private Optional<ObjectPattern> object(MappingReader item, String text) {
    Optional<ObjectPattern> pattern = ObjectPattern.parse(text);
    if (pattern.isEmpty()) {
      badPattern(item, text, "write schema.name, with * where any name is meant");
    }
    return pattern.filter(parsed -> reachesLayer(item, parsed));
  }

  private List<ColumnPattern> columns(MappingReader item) {
    return item.texts("on").stream().flatMap(text -> column(item, text).stream()).toList();
  }

  private Optional<ColumnPattern> column(MappingReader item, String text) {
    Optional<ColumnPattern> pattern = ColumnPattern.parse(text);
    if (pattern.isEmpty()) {
      badPattern(item, text, "write schema.name.column, with * where any name is meant");
    }
    return pattern.filter(parsed -> reachesLayer(item, parsed.object()));
  }

  /** A pattern whose schema can never be a layer's would match nothing for ever. */
  private boolean reachesLayer(MappingReader item, ObjectPattern pattern) {
    String schema = pattern.schema();
    if (schema.contains("*") || ObjectPattern.isLayer(schema)) {
      return true;
    }
    item.fault(
        "on",
        GovernanceErrors.BAD_PATTERN,
        "\"" + schema + "\" is not a schema of a layer",
        "policies reach bronze_…, silver_…, gold_… and platinum_… only");
    return false;
  }

  private void badPattern(MappingReader item, String text, String cure) {
    item.fault("on", GovernanceErrors.BAD_PATTERN, "\"" + text + "\" is not a pattern", cure);
  }

  private List<Operation> operations(MappingReader item) {
    List<Operation> operations = new ArrayList<>();
    for (String text : item.texts("allow")) {
      Optional<Operation> known =
          Stream.of(Operation.values()).filter(o -> o.word().equals(text)).findFirst();
      if (known.equals(Optional.of(Operation.EXECUTE))) {
        item.fault(
            "allow",
            GovernanceErrors.CONTRADICTION,
            "execute cannot be granted: PostgreSQL tells callers of a function apart by database"
                + " role only, and everyone who signed in arrives at the gateway as one",
            "offer a view or a table");
      }
      known.ifPresent(operations::add);
      if (known.isEmpty()) {
        faults.addUnknown(
            item.place("allow"),
            YamlErrors.WRONG_VALUE,
            "\"" + text + "\" is no operation",
            text,
            Stream.of(Operation.values()).map(Operation::word).toList());
      }
    }
    return operations.stream().distinct().toList();
  }

  private static void checkExpression(MappingReader item, String key, String expression) {
    SqlExpression.read(expression)
        .fault()
        .ifPresent(
            fault ->
                item.fault(
                    key,
                    GovernanceErrors.BAD_EXPRESSION,
                    "the SQL expression cannot be used: " + fault,
                    "write one expression over the row's columns; read identity with"
                        + " (select ipai.claim_text('…'))"));
  }
}
