package ai.ipai.gateway.rest.plan;

import ai.ipai.spi.name.QualifiedName;
import java.util.Optional;

/** How rows become the body of an answer. */
public sealed interface BodyForm {
  /** Those that need nothing of the database's schemas. */
  enum BuiltIn implements BodyForm {
    JSON,
    JSON_WITHOUT_NULLS,
    SINGLE,
    SINGLE_WITHOUT_NULLS,
    CSV,
    GEOJSON,
    NONE
  }

  /**
   * A function or aggregate of an exposed schema.
   *
   * @param target the type of its rows; empty for any
   */
  record Custom(QualifiedName function, Optional<QualifiedName> target) implements BodyForm {}
}
