package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.Field;
import ai.ipai.gateway.rest.request.JsonStep;
import java.util.List;
import java.util.Optional;

/**
 * A column as SQL needs it.
 *
 * @param toJson whether it has to become JSON before its path is followed
 * @param vector whether it is searched as text, in which language
 * @param type before {@code transform}; empty where nobody knows
 * @param transform a function that changes how the value looks, as the catalog quotes it
 * @param isWholeRow the row instead of one of its columns
 */
public record PlannedField(
    String name,
    List<JsonStep> path,
    boolean toJson,
    Optional<Vector> vector,
    String type,
    String baseType,
    Optional<String> transform,
    Optional<String> defaultExpression,
    boolean isWholeRow) {
  /** Of a full-text search. */
  public record Vector(Optional<String> language) {}

  public PlannedField {
    path = List.copyOf(path);
  }

  static PlannedField unknown(String name, List<JsonStep> path) {
    return new PlannedField(
        name, path, false, Optional.empty(), "", "", Optional.empty(), Optional.empty(), false);
  }

  static PlannedField unknown(Field field) {
    return unknown(field.name(), field.path());
  }

  boolean isStar() {
    return name.equals(Field.STAR);
  }

  PlannedField along(List<JsonStep> newPath, boolean json) {
    return new PlannedField(
        name, newPath, json, vector, type, baseType, transform, defaultExpression, isWholeRow);
  }

  PlannedField withoutVector() {
    return new PlannedField(
        name,
        path,
        toJson,
        Optional.empty(),
        type,
        baseType,
        transform,
        defaultExpression,
        isWholeRow);
  }

  PlannedField through(String function, String source) {
    return new PlannedField(
        name,
        path,
        toJson,
        vector,
        source,
        baseType,
        Optional.of(function),
        defaultExpression,
        isWholeRow);
  }

  PlannedField asWholeRow() {
    return new PlannedField(
        name, path, toJson, vector, type, baseType, transform, defaultExpression, true);
  }
}
