package ai.ipai.governance.policy;

import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Relations by name: {@code schema.name}, either part with {@code *}. Only schemas of layers can
 * match, so no pattern reaches the control plane.
 */
public record ObjectPattern(String schema, String name) {
  private static final Pattern LAYER = Pattern.compile("(bronze|silver|gold|platinum)_.+");

  /** Empty unless the text is two well-formed parts around one dot. */
  public static Optional<ObjectPattern> parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 2 || !Glob.isWellFormed(parts[0]) || !Glob.isWellFormed(parts[1])) {
      return Optional.empty();
    }
    return Optional.of(new ObjectPattern(parts[0], parts[1]));
  }

  public static boolean isLayer(String schema) {
    return LAYER.matcher(schema).matches();
  }

  public boolean matches(QualifiedName object) {
    return new Glob(name).matches(object.name())
        && new Glob(schema).matches(object.schema())
        && isLayer(object.schema());
  }

  /** Whether it names one object and no more. */
  public boolean isExact() {
    return new Glob(schema).isExact() && new Glob(name).isExact();
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
