package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.util.List;

/** One JSON Schema, and the mapping of what it finds back to the lines of the YAML file. */
public final class SchemaCheck {
  private final Schema schema;
  private final SchemaLibrary library;

  SchemaCheck(Schema schema, SchemaLibrary library) {
    this.schema = schema;
    this.library = library;
  }

  /** Reports whatever breaks the schema, each fault at its place. */
  public void check(YamlNode node, Faults faults) {
    List<Error> errors = schema.validate(YamlJson.of(node));
    SchemaFaults report = new SchemaFaults(node, schema, library, faults);
    errors.stream().filter(error -> !isInsideAlternative(error, errors)).forEach(report::add);
  }

  /** Branches of anyOf and oneOf that did not fit add nothing to what the alternative says. */
  private static boolean isInsideAlternative(Error error, List<Error> errors) {
    return errors.stream().anyMatch(outer -> isAlternative(outer) && isInside(error, outer));
  }

  private static boolean isInside(Error inner, Error outer) {
    return inner.getEvaluationPath().getNameCount() > outer.getEvaluationPath().getNameCount()
        && inner.getEvaluationPath().startsWith(outer.getEvaluationPath())
        && inner.getInstanceLocation().startsWith(outer.getInstanceLocation());
  }

  private static boolean isAlternative(Error error) {
    return error.getKeyword().equals("anyOf") || error.getKeyword().equals("oneOf");
  }
}
