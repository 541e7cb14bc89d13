package ai.ipai.governance.policy;

import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;

/** Columns by name: {@code schema.name.column}, each part with {@code *} where wanted. */
public record ColumnPattern(ObjectPattern object, String column) {
  /** Empty unless the text is three well-formed parts. */
  public static Optional<ColumnPattern> parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 0 || !Glob.isWellFormed(text.substring(dot + 1))) {
      return Optional.empty();
    }
    return ObjectPattern.parse(text.substring(0, dot))
        .map(object -> new ColumnPattern(object, text.substring(dot + 1)));
  }

  public boolean matches(QualifiedName relation, String name) {
    return new Glob(column).matches(name) && object.matches(relation);
  }

  public boolean isExact() {
    return object.isExact() && new Glob(column).isExact();
  }

  @Override
  public String toString() {
    return object + "." + column;
  }
}
